import { expect, test } from 'vitest';
import { ENV } from '../../lib/env.ts';
import { settingsWith } from './support/settings.ts';
import { ofType, type Synthesized, templateWith } from './support/synthesis.ts';

const SELLING = { billing: { secretName: 'sensei-keys/stripe', returnUrl: 'https://keys.example.com/credits' } };

const selling = templateWith({ stages: settingsWith(SELLING) });
const dev = templateWith();

/** The functions that are told of the secret, or may read it. */
const namesOf = (template: Synthesized, isWanted: (text: string, role: string) => boolean): string[] =>
  ofType(template, 'AWS::Lambda::Function')
    .filter(({ Properties }) => isWanted(JSON.stringify(Properties), Properties.Role['Fn::GetAtt'][0]))
    .map(({ Properties }) => Properties.FunctionName.replace('sensei-keys-', ''))
    .toSorted();

test('the secret may be read by those who talk to the provider, and by no other', () => {
  const readers = namesOf(selling, (_, role) =>
    ofType(selling, 'AWS::IAM::Policy').some(
      ({ Properties }) =>
        Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role) &&
        JSON.stringify(Properties).includes('secretsmanager:GetSecretValue'),
    ),
  );
  expect(readers).toEqual(['billing-webhook', 'checkout', 'top-up-credits']);
});

test('nothing else may be done with it, nor to any other', () => {
  const rights = ofType(selling, 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => JSON.stringify(Action).includes('secretsmanager:'));
  expect(rights.map(({ Action }) => Action)).toEqual(Array(3).fill('secretsmanager:GetSecretValue'));
  for (const { Resource } of rights) {
    expect(JSON.stringify(Resource)).toMatch(/:secretsmanager:.*:secret:sensei-keys\/stripe-\?{6}"/);
  }
});

test('its name is told to those who must know whether credits are sold', () => {
  const told = namesOf(selling, (text) => text.includes(ENV.billingSecret));
  expect(told).toEqual(['billing-webhook', 'checkout', 'get-credits', 'set-top-up', 'stop-top-up', 'top-up-credits']);
});

test('top-ups hear from the bus, and what fails for good is kept', () => {
  const rules = ofType(selling, 'AWS::Events::Rule').filter(({ Properties }) =>
    JSON.stringify(Properties.EventPattern ?? '').includes('top_up.due'),
  );
  expect(rules.map(({ Properties }) => Properties.EventPattern)).toEqual([
    { source: ['sensei-keys'], 'detail-type': ['top_up.due'] },
  ]);
  const queues = ofType(selling, 'AWS::SQS::Queue').map(({ Properties }) => Properties.QueueName);
  expect(queues).toContain('sensei-keys-top-up-credits-dead-letters');
});

test('without settings there is no trace of payments', () => {
  expect(namesOf(dev, (text) => text.includes(ENV.billingSecret))).toEqual([]);
  expect(JSON.stringify(dev)).not.toContain('secretsmanager');
  expect(namesOf(dev, (text) => text.includes('top-up-credits'))).toEqual([]);
});
