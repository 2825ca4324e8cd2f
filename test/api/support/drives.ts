import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, vi } from 'vitest';
import type { Database } from '../../../lib/store/database.ts';
import { MIGRATIONS_PARTITION } from '../../../lib/store/migrations-partition.ts';
import { seal } from '../../../local/logs/envelope.ts';
import { putItem } from '../../support/legacy.ts';
import type { Answer } from './http.ts';
import type { Service } from './service.ts';

/** A service to be driven, two of its people, and the database behind it. */
export interface Stage {
  readonly service: Service;
  /** Past the functions. */
  readonly db: Database;
  readonly ada: string;
  readonly root: string;
  /** Keys of Ada's by name, and one of the admin's that may check keys. */
  readonly keys: Map<string, { readonly keyId: string; readonly apiKey: string }>;
}

export type Drive = (stage: Stage) => Promise<unknown>;

export const ADA = 'ada@example.com';
const ROOT = 'root@example.com';
const DAY_MS = 86_400_000;
/** A deployment that asks whether migrations are done. */
const MIGRATION = { isBegun: true, RequestType: 'Create' };
const WAIT = { timeout: 60_000, interval: 50 };

/** A key of which every call moves every counter that there is. */
const LIMITED = {
  rateLimits: [{ name: 'own', limit: 100, windowSeconds: 60 }],
  quota: { limit: 100, period: 'day' },
  dailyCredits: 100,
};

async function ok(answer: Promise<Answer>): Promise<Answer> {
  const { status, text } = await answer;
  expect(status, text).toBeLessThan(300);
  return answer;
}

const asAda = ({ service, ada: token }: Stage, target: string, body?: object) =>
  ok(service.call(target, { token, body }));

const asRoot = ({ service, root: token }: Stage, target: string, body?: object, headers = {}) =>
  ok(service.call(target, { token, body, headers }));

const keyOf = ({ keys }: Stage, name: string) => keys.get(name) ?? expect.fail(`no key ${name} was made`);

async function make(stage: Stage, name: string, email = ADA, fields: object = {}): Promise<void> {
  const headers = { 'idempotency-key': name };
  const { json } = await asRoot(stage, 'POST /api/user/key', { email, name, ...fields }, headers);
  stage.keys.set(name, json);
}

const whoami = (stage: Stage) => ok(stage.service.call('/api/whoami', { key: keyOf(stage, 'main').apiKey }));

const verify = (stage: Stage, fields: object) =>
  ok(
    stage.service.call('POST /api/keys/verify', {
      key: keyOf(stage, 'verifier').apiKey,
      body: { key: keyOf(stage, 'main').apiKey, ...fields },
    }),
  );

const edit = (stage: Stage, name: string) =>
  asAda(stage, `PATCH /api/user/key/${ADA}/${keyOf(stage, 'main').keyId}`, { name });

const credits = async (stage: Stage) => (await asAda(stage, `/api/user/credits/${ADA}`)).json;

const invoke = async ({ service }: Stage, name: string, event: unknown) =>
  expect(await service.instance.lambda.invoke(`sensei-keys-${name}`, event)).toHaveProperty('payload');

/** Changes a record past the service, as time would. */
const setRecord = ({ db }: Stage, email: string, record: string, fields: Readonly<Record<string, unknown>>) =>
  db.client.send(
    new UpdateCommand({
      TableName: db.tables.userPreferences,
      Key: { email, record },
      UpdateExpression: `SET ${Object.keys(fields).map((name) => `#${name} = :${name}`)}`,
      ExpressionAttributeNames: Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
    }),
  );

/**
 * What makes each function do the most it ever does, in this order: each goes on from what those before it have left. An account
 * with a key that was revoked is settled by the next change, whoever makes it.
 */
export const DRIVES: Readonly<Record<string, Drive>> = {
  'create-key': async (stage) => {
    await make(stage, 'main', ADA, LIMITED);
    for (const name of ['spare', 'retired']) await make(stage, name);
    await make(stage, 'verifier', ROOT, { scopes: ['keys:verify'] });
  },
  'list-keys': (stage) => asAda(stage, `/api/user/key/${ADA}`),
  whoami,
  /** A container that remembers a key and finds it changed reads it again. */
  authorize: async (stage) => {
    await edit(stage, 'renamed');
    await whoami(stage);
  },
  'update-key': (stage) => edit(stage, 'renamed again'),
  'rotate-key': (stage) => asAda(stage, `POST /api/user/key/${ADA}/${keyOf(stage, 'spare').keyId}/rotate`, {}),
  'end-grace': (stage) => asAda(stage, `POST /api/user/key/${ADA}/${keyOf(stage, 'spare').keyId}/end-grace`),
  'revoke-key': (stage) => asAda(stage, `DELETE /api/user/key/${ADA}/${keyOf(stage, 'retired').keyId}`),
  'change-status': async (stage) => {
    const target = `PUT /api/admin/user/${ADA}/status`;
    for (const status of ['suspended', 'active']) await asRoot(stage, target, { status, reason: 'driven' });
  },
  'change-plan': (stage) => asRoot(stage, `PUT /api/admin/user/${ADA}/plan`, { plan: 'pro' }),
  'grant-credits': (stage) =>
    asRoot(
      stage,
      `POST /api/admin/user/${ADA}/credits`,
      { amount: 5, reason: 'driven' },
      { 'idempotency-key': 'grant' },
    ),
  'verify-key': async (stage) => {
    await verify(stage, { cost: 5 });
    await edit(stage, 'renamed once more');
    await verify(stage, {});
    await verify(stage, { scopes: ['none:such'] });
  },
  checkout: async (stage) => {
    const { json } = await asAda(stage, 'POST /api/billing/checkout', {
      email: ADA,
      pack: 'small',
      savePaymentMethod: true,
    });
    await fetch(json.url, { method: 'POST', body: new URLSearchParams({ outcome: 'pay' }), redirect: 'manual' });
  },
  'billing-webhook': (stage) =>
    vi.waitFor(async () => expect((await credits(stage)).billing.paymentMethod).not.toBeNull(), WAIT),
  'get-credits': credits,
  'set-top-up': (stage) =>
    asAda(stage, `PUT /api/user/top-up/${ADA}`, { threshold: 10_000_000, pack: 'small', monthlyCap: 900 }),
  'top-up-credits': (stage) =>
    vi.waitFor(
      async () =>
        expect((await credits(stage)).billing.topUp).toMatchObject({ chargedThisMonth: 900, inFlight: false }),
      WAIT,
    ),
  'stop-top-up': (stage) => asAda(stage, `DELETE /api/user/top-up/${ADA}`),
  'shape-events': (stage) =>
    vi.waitFor(() => expect(stage.service.instance.lambda.invocations('sensei-keys-shape-events')).toBeGreaterThan(0)),
  'list-events': (stage) => asAda(stage, `/api/user/events/${ADA}`),
  'record-usage': async (stage) => {
    const logEvents = [{ id: 'broken', timestamp: Date.now(), message: 'no line of usage' }];
    const delivery = { owner: 'test', logGroup: 'test', logStream: 'test', subscriptionFilters: [], logEvents };
    await invoke(stage, 'record-usage', await seal({ messageType: 'DATA_MESSAGE', ...delivery }));
  },
  'get-usage': (stage) =>
    vi.waitFor(async () => {
      const { json } = await asAda(stage, `/api/user/usage/${ADA}`);
      expect(json.totals.credits).toBeGreaterThan(0);
    }, WAIT),
  'find-users': (stage) => asRoot(stage, '/api/admin/users'),
  'view-account': (stage) => asRoot(stage, `POST /api/admin/user/${ADA}/view`),
  'list-plans': ({ service }) => ok(service.call('/api/plans')),
  health: ({ service }) => ok(service.call('/api/health')),
  openapi: ({ service }) => ok(service.call('/api/openapi.json')),
  /** A ledger that is due, a key that ends soon, and one that has been idle for so long that it is disabled. */
  'write-notices': async (stage) => {
    const now = Date.now();
    await make(stage, 'idle', 'bob@example.com');
    await make(stage, 'ending', 'bob@example.com');
    await setRecord(stage, ADA, 'ledger', { dueKind: 'ledger', dueAt: now - 1 });
    const idle = { updatedAt: now - 200 * DAY_MS, dueAt: now - 20 * DAY_MS };
    await setRecord(stage, 'bob@example.com', `key#${keyOf(stage, 'idle').keyId}`, idle);
    const ending = { expiresAt: now + 7 * DAY_MS - 1, dueAt: now - 1 };
    await setRecord(stage, 'bob@example.com', `key#${keyOf(stage, 'ending').keyId}`, ending);
    await invoke(stage, 'write-notices', {});
    const { json } = await asRoot(stage, '/api/user/events/bob@example.com');
    expect(json.entries.map(({ type }: { type: string }) => type)).toEqual(
      expect.arrayContaining(['key.expiring', 'key.idle_disabled']),
    );
  },
  /** A lock that another holds, and then has let go; one row to be extended, and one that a note is kept of. */
  migrate: async (stage) => {
    const lock = { token: 'of another', host: 'elsewhere', pid: 1, since: 0, expiresAt: Date.now() + DAY_MS };
    await setRecord(stage, MIGRATIONS_PARTITION, 'lock', lock);
    await invoke(stage, 'migrate', MIGRATION);
    await setRecord(stage, MIGRATIONS_PARTITION, 'lock', { ...lock, expiresAt: 0 });
    for (const email of ['carol@example.com', 'nobody']) {
      await putItem(stage.db, { email: { S: email }, record: { S: 'preferences' }, theme: { S: 'dark' } });
    }
    await invoke(stage, 'migrate', MIGRATION);
  },
  'revoke-all-keys': (stage) => asAda(stage, `DELETE /api/user/key/${ADA}`),
};
