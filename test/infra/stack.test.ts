import { describe, expect, it } from 'vitest';
import { ENV } from '../../lib/env.ts';
import { settingsOf } from './support/settings.ts';
import { ofType, referred, serviceFunctions, templateWith } from './support/synthesis.ts';

const dev = templateWith();
const prod = templateWith({ stage: 'prod' });

const TABLES = ['userPreferencesTable', 'apiKeysTable', 'apiEventsTable', 'apiUsageTable'] as const;

/** Seconds and MB, where they are not the usual ones. */
const SIZES: Record<string, { Timeout: number; MemorySize: number }> = {
  'sensei-keys-authorize': { Timeout: 5, MemorySize: 1024 },
  'sensei-keys-get-usage': { Timeout: 10, MemorySize: 1769 },
  'sensei-keys-record-usage': { Timeout: 60, MemorySize: 512 },
  'sensei-keys-write-notices': { Timeout: 900, MemorySize: 512 },
};

describe('the functions', () => {
  it.each(serviceFunctions(dev).map(({ Properties }) => [Properties.FunctionName, Properties] as const))(
    '%s runs on arm64 and Node.js 24, and logs JSON to a log group of its own that forgets',
    (name, properties) => {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        ...(SIZES[name] ?? { Timeout: 10, MemorySize: 512 }),
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
      });
      expect(referred(dev, properties.LoggingConfig.LogGroup).Properties).toEqual({
        LogGroupName: `/aws/lambda/${name}`,
        RetentionInDays: 14,
      });
    },
  );

  it.each([
    ['authorize', [...TABLES, 'routeTerms', 'apiId']],
    ['create-key', [...TABLES, 'groupsClaim', 'adminGroup']],
    ['list-keys', [...TABLES, 'groupsClaim', 'adminGroup']],
    ['record-usage', TABLES],
    ['whoami', []],
  ] as const)('%s is given the variables it reads, and no other', (name, variables) => {
    const lambda = serviceFunctions(dev).find(({ Properties }) => Properties.FunctionName === `sensei-keys-${name}`);
    const given = Object.keys(lambda?.Properties.Environment?.Variables ?? {});
    expect(given.toSorted()).toEqual(variables.map((variable) => ENV[variable]).toSorted());
  });
});

describe('the tables', () => {
  it.each([
    ['user_preferences', ['email', 'record'], 'deleteAt'],
    ['api_keys', ['keyHash'], undefined],
    ['api_usage', ['email', 'bucket'], 'deleteAt'],
  ])('%s is on demand, recoverable to any point in time, removable in dev and protected in prod', (...row) => {
    const [name, keys, ttl] = row;
    const [inDev, inProd] = [dev, prod].map((template) =>
      ofType(template, 'AWS::DynamoDB::Table').find(({ Properties }) => Properties.TableName === name),
    );
    expect(inDev?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: false,
    });
    expect(inDev?.Properties.KeySchema.map((key: { AttributeName: string }) => key.AttributeName)).toEqual(keys);
    expect(inDev?.Properties.TimeToLiveSpecification?.AttributeName).toBe(ttl);
    expect(inDev?.DeletionPolicy).toBe('Delete');
    expect(inProd?.Properties).toEqual({ ...inDev?.Properties, DeletionProtectionEnabled: true });
    expect(inProd?.DeletionPolicy).toBe('Retain');
  });
});

describe('what has a name of its own and is kept', () => {
  it.each(['AWS::Logs::LogGroup', 'AWS::Events::Archive'])(
    '%s is not left behind by a first deployment that failed',
    (type) => {
      const kept = ofType(prod, type).filter(({ DeletionPolicy }) => DeletionPolicy !== 'Delete');
      expect(kept.length).toBeGreaterThan(0);
      expect(new Set(kept.map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set(['RetainExceptOnCreate']));
      expect(new Set(ofType(dev, type).map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set(['Delete']));
    },
  );
});

describe('the identity', () => {
  it('is a user pool that verifies emails, keeps the old one until then, and makes passwords strong', () => {
    const [pool] = ofType(dev, 'AWS::Cognito::UserPool');
    expect(pool?.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      MfaConfiguration: 'OPTIONAL',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'INACTIVE',
    });
    expect(pool?.Properties.Policies.PasswordPolicy.MinimumLength).toBe(12);
    expect(ofType(prod, 'AWS::Cognito::UserPool')[0]).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtection: 'ACTIVE' },
    });
  });

  it('gives browsers a client without a secret, for the authorization code grant alone', () => {
    expect(ofType(dev, 'AWS::Cognito::UserPoolClient')[0]?.Properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
    });
    expect(ofType(dev, 'AWS::Cognito::UserPoolGroup')[0]?.Properties.GroupName).toBe('admin');
  });

  it('is referred to by the JWT authorizer, and no Cognito address is put together by hand', () => {
    const [authorizer] = ofType(dev, 'AWS::ApiGatewayV2::Authorizer').filter(
      ({ Properties }) => Properties.AuthorizerType === 'JWT',
    );
    const { Issuer, Audience } = authorizer?.Properties.JwtConfiguration ?? {};
    expect(Issuer['Fn::GetAtt'][1]).toBe('ProviderURL');
    expect(referred(dev, Issuer).Type).toBe('AWS::Cognito::UserPool');
    expect(Audience.map((reference: unknown) => referred(dev, reference).Type)).toEqual([
      'AWS::Cognito::UserPoolClient',
    ]);
    expect(JSON.stringify(dev)).not.toContain('cognito-idp');
  });

  it('can be an issuer that is there already', () => {
    const stages = {
      dev: {
        ...settingsOf('dev'),
        identity: { issuer: 'https://id.example.com', audience: ['keys'], groupsClaim: 'roles' },
      },
    };
    const template = templateWith({ stages });
    expect(ofType(template, 'AWS::Cognito::UserPool')).toEqual([]);
    expect(Object.keys(template.outputs).toSorted()).toEqual(['ApiUrl', 'Issuer', 'SiteUrl']);
    const jwt = ofType(template, 'AWS::ApiGatewayV2::Authorizer').map(({ Properties }) => Properties.JwtConfiguration);
    expect(jwt).toContainEqual({ Issuer: 'https://id.example.com', Audience: ['keys'] });
    const claims = serviceFunctions(template).map(
      ({ Properties }) => Properties.Environment?.Variables[ENV.groupsClaim],
    );
    expect(new Set(claims)).toEqual(new Set(['roles', undefined]));
  });
});

it('tells where the API is, and who signs people in', () => {
  expect(Object.keys(dev.outputs).toSorted()).toEqual([
    'ApiUrl',
    'Issuer',
    'SiteUrl',
    'UserPoolClientId',
    'UserPoolId',
  ]);
});
