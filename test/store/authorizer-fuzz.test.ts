import { randomBytes, randomUUID } from 'node:crypto';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { PLANS } from '../../lib/accounts/plans.ts';
import { ENV } from '../../lib/env.ts';
import type { AuthorizerEvent } from '../../lib/http/authorizer.ts';
import { makeSecret, type Secret } from '../../lib/keys/secret.ts';
import { localClient } from '../../local/tables.ts';
import { casesOf } from '../support/cases.ts';
import { madeKey, newUser } from '../support/keys.ts';
import { makeStackTables, tablesNamed } from '../support/stack-tables.ts';

type Handler = (event: AuthorizerEvent) => Promise<unknown>;

const ARN = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/$default/GET/api/whoami';
const API_ID = 'abc123';
const ROUTE = 'GET /api/whoami';

let handler: Handler;
/** A key that the authorizer lets in, so that whatever is made of it might be let in too. */
let secret: Secret;

beforeAll(async () => {
  const { endpoint } = inject('engines')[0] ?? expect.fail();
  const prefix = `f${randomUUID().slice(0, 8)}_`;
  await makeStackTables(endpoint, prefix);
  const tables = tablesNamed(prefix);
  const client = DynamoDBDocumentClient.from(localClient(endpoint), {
    marshallOptions: { removeUndefinedValues: true },
  });
  ({ secret } = await madeKey({ client, tables, plans: PLANS }, newUser(), { at: Date.now() }));
  const variables = {
    [ENV.userPreferencesTable]: tables.userPreferences,
    [ENV.apiKeysTable]: tables.apiKeys,
    [ENV.apiEventsTable]: tables.apiEvents,
    [ENV.apiUsageTable]: tables.apiUsage,
    [ENV.apiId]: API_ID,
    [ENV.routeTerms]: JSON.stringify({ [ROUTE]: { explained: true } }),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  ({ handler } = await import('../../functions/authorize.ts'));
  // Its metrics are no news here.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const odd = fc.jsonValue({ maxDepth: 2 });
const oddName = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '');
const keyHeader = fc.constantFrom('x-api-key', 'X-API-Key', 'X-Api-Key', 'X-API-KEY', 'x-API-key');
const otherHeader = fc.constantFrom('authorization', 'x-api-key-2', 'x_api_key', ' x-api-key', 'x-api-key ', 'cookie');

/** Nearly the key: one character changed, left out or added, or the key with something around it. */
const nearly = fc
  .tuple(fc.nat(43), fc.constantFrom('a', 'Z', '0', '_', '-', ' ', '\u0000', 'é', '😀'), fc.nat(9))
  .map(([at, character, change]) => {
    const [before, after] = [secret.slice(0, at), secret.slice(at + 1)];
    const changed = character === secret[at] ? `${before}~${after}` : before + character + after;
    const made = [
      changed,
      before + after,
      before + character + secret.slice(at),
      `${secret},${secret}`,
      `${secret}, ${changed}`,
      ` ${secret}`,
      `${secret}\n`,
      `Bearer ${secret}`,
      secret.toUpperCase(),
      secret.replace('live', 'test'),
    ];
    return made[change] ?? changed;
  });
const unknown = fc.constant(null).map(() => makeSecret('live', randomBytes));
const long = fc
  .tuple(fc.constantFrom('k', 'sk_live_', 'sk_live_,', '\u0000', '😀', '9'), fc.integer({ min: 10_000, max: 10_500 }))
  .map(([piece, length]) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length));
const presented = fc.oneof(
  { weight: 8, arbitrary: nearly },
  { weight: 1, arbitrary: unknown },
  { weight: 2, arbitrary: long },
  { weight: 3, arbitrary: fc.string({ maxLength: 60, unit: 'binary' }) },
  { weight: 2, arbitrary: fc.array(nearly, { maxLength: 3 }).map((keys) => keys.join(',')) },
  { weight: 2, arbitrary: fc.array(nearly, { maxLength: 3 }) },
  { weight: 3, arbitrary: odd },
);
const entry = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(keyHeader, presented) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      otherHeader,
      fc.constant(null).map((): unknown => secret),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(oddName, presented) },
);
const headers = fc.oneof(
  { weight: 8, arbitrary: fc.array(entry, { maxLength: 3 }).map((entries) => Object.fromEntries(entries)) },
  { weight: 1, arbitrary: odd },
);

const wholeContext = {
  apiId: API_ID,
  http: { method: 'GET', path: '/api/whoami', sourceIp: '192.0.2.1' },
  identity: { sourceIp: '192.0.2.1' },
};
const context = fc.oneof(
  { weight: 4, arbitrary: fc.constant<unknown>(wholeContext) },
  { weight: 1, arbitrary: odd },
  {
    weight: 2,
    arbitrary: fc.record({ apiId: fc.oneof(fc.constant(API_ID), odd), http: odd, identity: odd }, { requiredKeys: [] }),
  },
);
const sometimesOdd = (usual: unknown) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
const common = { headers, multiValueHeaders: headers, requestContext: context, type: sometimesOdd('REQUEST') };
const optional = { requiredKeys: [] as never[] };

/** Events of the three formats, with whatever a gateway would write or leave out. */
const events = fc.oneof(
  fc
    .record({ ...common, routeKey: sometimesOdd(ROUTE), routeArn: sometimesOdd(ARN) }, optional)
    .map((fields) => ({ ...fields, version: '2.0' })),
  fc
    .record({ ...common, httpMethod: sometimesOdd('GET'), resource: sometimesOdd('/api/whoami') }, optional)
    .map((fields) => ({ ...fields, version: '1.0', methodArn: ARN })),
  fc
    .record(
      { ...common, httpMethod: sometimesOdd('GET'), version: odd, resource: sometimesOdd('/api/whoami') },
      optional,
    )
    .map((fields) => ({ ...fields, methodArn: ARN })),
);

/** As Lambda delivers it. */
const delivered = (event: object): AuthorizerEvent => JSON.parse(JSON.stringify(event));

const SIMPLE = { isAuthorized: false, context: { code: 'invalid_key' } };
const POLICY = {
  principalId: 'unknown',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: 'Deny', Resource: ARN }],
  },
  context: { code: 'invalid_key' },
};

test('the key from which the odd events are made is let in', async () => {
  const event = { version: '2.0', headers: { 'x-api-key': secret }, requestContext: wholeContext, routeKey: ROUTE };
  expect(await handler(delivered(event))).toMatchObject({ isAuthorized: true, context: { code: 'allowed' } });
});

const CASES = casesOf({ promised: 100_000, usual: 10_000 });

test(`${CASES.toLocaleString('en')} arbitrary events are all refused, each in the format of its event, and none throws`, async () => {
  await fc.assert(
    fc.asyncProperty(events, async (event) => {
      expect(await handler(delivered(event))).toEqual(event.version === '2.0' ? SIMPLE : POLICY);
    }),
    { numRuns: CASES },
  );
});
