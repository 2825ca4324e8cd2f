import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, inject, test } from 'vitest';
import { FUNCTION_NAMES } from '../../infra/endpoints.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { startEngine } from '../../local/engine.ts';
import { keptAssembly } from '../../local/synth.ts';
import { localClient } from '../../local/tables.ts';
import { readStack } from '../../local/template.ts';
import { type IamRequest, iamRequests } from '../infra/support/iam-request.ts';
import { covers, type Right, readRights } from '../infra/support/rights.ts';
import { EVERYTHING_ON } from '../support/everything-on.ts';
import { DRIVES, type Stage } from './support/drives.ts';
import { type RecordedCall, startRecorder } from './support/recorder.ts';
import { startService } from './support/service.ts';

const PLACE = { region: 'us-east-1', accountId: '000000000000', issuer: 'https://issuer.example' };
const TABLES = {
  userPreferences: 'user_preferences',
  apiKeys: 'api_keys',
  apiEvents: 'api_events',
  apiUsage: 'api_usage',
};

/** Functions that ask no table anything. */
const WITHOUT_TABLES = ['health', 'list-plans', 'openapi', 'shape-events', 'whoami'];

/** A handler of a shop's own, behind a route that costs credits: it gives those of failed calls back. */
const SHOP = 'shop-explained';

interface Asked extends IamRequest {
  readonly functionName: string;
}

let rights: Right[];
let asked: Asked[];
let invoked: Map<string, number>;

beforeAll(async () => {
  const assembly = await keptAssembly({ settings: EVERYTHING_ON });
  const engine = await startEngine();
  const recorder = await startRecorder(engine.endpoint);
  const client = localClient(engine.endpoint);
  const started = { engine: async () => ({ ...engine, endpoint: recorder.endpoint, close: async () => {} }) };
  try {
    const service = await startService({ ...started, assembly, payments: true });
    const db = { client: DynamoDBDocumentClient.from(client), tables: TABLES, plans: PLANS };
    const [ada, root] = [
      await service.token('ada@example.com'),
      await service.token('root@example.com', { admin: true }),
    ];
    const stage: Stage = { service, db, ada, root, keys: new Map() };
    try {
      for (const drive of Object.values(DRIVES)) await drive(stage);
    } finally {
      await service.close();
    }
    invoked = new Map(FUNCTION_NAMES.map((name) => [name, service.instance.lambda.invocations(`sensei-keys-${name}`)]));
    const shop = await startService({ ...started, assembly: inject('shop') });
    try {
      await shop.call('POST /shop/orders?status=500', { key: stage.keys.get('ending')?.apiKey });
    } finally {
      await shop.close();
    }
  } finally {
    client.destroy();
    await recorder.close();
    await engine.close();
  }
  const { tables } = readStack(assembly, PLACE);
  const arnOf = (table: string) => `arn:aws:dynamodb:${PLACE.region}:${PLACE.accountId}:table/${table}`;
  asked = recorder.calls.flatMap(({ functionName, ...call }: RecordedCall) =>
    iamRequests(call, tables, arnOf).map((request) => ({ functionName, ...request })),
  );
  const ofShop = readRights(inject('shop'), PLACE).filter(({ functionName }) => functionName === SHOP);
  rights = [...readRights(assembly, PLACE), ...ofShop];
});

const isAllowed = (request: Asked): boolean =>
  rights.some((right) => right.functionName === request.functionName && covers(right, request));

const titleOf = ({ functionName, action, resource }: Asked | Right): string =>
  `${functionName.replace('sensei-keys-', '')} ${action} ${resource.split(':table/').at(-1)}`;

test('each function is driven once with what makes it do the most', () => {
  expect(Object.keys(DRIVES).toSorted()).toEqual([...FUNCTION_NAMES].toSorted());
  expect([...invoked].filter(([, times]) => times === 0)).toEqual([]);
});

test('each asks DynamoDB for something, but those that are to have no table', () => {
  const askers = new Set(asked.map(({ functionName }) => functionName.replace('sensei-keys-', '')));
  const silent = [...FUNCTION_NAMES, SHOP].filter((name) => !askers.has(name));
  expect(silent.toSorted()).toEqual(WITHOUT_TABLES);
});

test('nothing that a function asks for is refused by its role', () => {
  const denied = asked.filter((request) => !isAllowed(request));
  expect(denied.map((request) => `${titleOf(request)} ${JSON.stringify(request.context)}`)).toEqual([]);
});

test('no role allows more than its function asks for', () => {
  const isUsed = (right: Right) =>
    asked.some((request) => request.functionName === right.functionName && covers(right, request));
  const unused = rights.filter((right) => !isUsed(right));
  expect(unused.map((right) => `${titleOf(right)} ${JSON.stringify(right.condition)}`)).toEqual([]);
});
