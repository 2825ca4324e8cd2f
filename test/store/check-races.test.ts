import { randomBytes } from 'node:crypto';
import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { readAccountKeys } from '../../lib/accounts/account.store.ts';
import { accountKey } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import type { KeyRecord } from '../../lib/keys/key.ts';
import { makeSecret } from '../../lib/keys/secret.ts';
import { createCheck } from '../../lib/metering/check.ts';
import { documentClient } from '../../lib/store/client.ts';
import { isUnavailable } from '../../lib/store/unavailable.ts';
import { freePort } from '../../local/free-port.ts';
import { containerName, newContainer, warmContainer } from '../support/container.ts';
import { changeKey, madeKey, newUser, revoke, totals } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { describeOnEngines, type Intercept, type Store } from '../support/store.ts';

type Item = Record<string, unknown>;

/** Every BatchGetItem, up to so many, reads some records as they were before. */
function staleReads(tables: { userPreferences: string }, before: Record<string, Item>, times: number): Intercept {
  let left = times;
  return async (command, proceed) => {
    const output = await proceed();
    if (command !== 'BatchGetItem' || left-- <= 0) return output;
    const items = (output.Responses as Record<string, Item[]>)[tables.userPreferences] ?? [];
    return {
      ...output,
      Responses: { [tables.userPreferences]: items.map((item) => before[String(item.record)] ?? item) },
    };
  };
}

/** The records of a user, as they are now. */
async function recordsOf(store: Store, email: Email): Promise<Record<string, Item>> {
  const items = Object.values(await store.dump()).filter((item) => item.email === email && 'record' in item);
  return Object.fromEntries(items.map((item) => [String(item.record), item]));
}

describeOnEngines('a read that is older than another', (store) => {
  const takings: [string, (key: KeyRecord) => Promise<unknown>, string][] = [
    ['disabled', (key) => changeKey(store.connect(), key, { disabled: true }), 'key_disabled'],
    ['revoked', (key) => revoke(store.connect(), key), 'key_revoked'],
  ];
  const parts: [string, (record: string) => boolean][] = [
    ['the key', (record) => record.startsWith('key#')],
    ['the account', (record) => record === 'account'],
    ['both', () => true],
  ];
  const times: [string, number][] = [
    ['once', 1],
    ['each time', Number.POSITIVE_INFINITY],
  ];
  const cases = takings.flatMap(([taken, take, code]) =>
    parts.flatMap(([part, isStale]) =>
      times.map(([often, count]) => ({ taken, take, code, part, isStale, often, count })),
    ),
  );

  test.each(cases)('of $part, $often, never allows a key that was $taken', async ({ take, code, isStale, count }) => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const before = await recordsOf(store, key.email);
    await take(key);
    const stale = Object.fromEntries(Object.entries(before).filter(([record]) => isStale(record)));
    const { tables } = store.connect();
    const container = newContainer(store, staleReads(tables, stale, count));
    const answer = await container.ask(secret).catch((error: Error) => [error.name]);
    expect([code, 'StoreUnavailable']).toContain(answer[0]);
    if (count === 1) expect(answer[0]).toBe(code);
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 0 });
  });

  test.each([
    ['the key', 'key#', ['GetItem']],
    ['the account', 'account', ['GetItem', 'GetItem']],
  ])('of %s costs reads, and no write in vain, where the changed key may still call', async (_, prefix, rereads) => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const before = Object.entries(await recordsOf(store, key.email)).filter(([record]) => record.startsWith(prefix));
    await changeKey(store.connect(), key, { name: 'renamed' });
    const { tables } = store.connect();
    const container = newContainer(store, staleReads(tables, Object.fromEntries(before), 1));
    expect(await container.ask(secret)).toEqual(['allowed', 'GetItem', 'BatchGetItem', ...rereads, 'UpdateItem']);
  });

  test('is no answer where DynamoDB left one of the two unread', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const container = newContainer(store, async (command, proceed, { RequestItems }) =>
      command === 'BatchGetItem' ? { Responses: {}, UnprocessedKeys: RequestItems } : proceed(),
    );
    await expect(container.check(secret)).rejects.toThrow('unprocessed');
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 0 });
  });
});

describeOnEngines('calls at the same time', (store) => {
  test('are counted exactly: 200 over four warm containers, one update each', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const containers = await Promise.all([0, 1, 2, 3].map(() => warmContainer(store, secret)));
    const clocks = containers.map((container, index) => {
      container.now = NOW + 10 + index;
      return container.now;
    });
    const accepted = await Promise.all(
      containers.map(async ({ check }) => {
        // A container answers one call at a time, as Lambda's do.
        let count = 0;
        for (let call = 0; call < 49; call++) count += Number((await check(secret)).allowed);
        return count;
      }),
    );
    expect(accepted).toEqual([49, 49, 49, 49]);
    const used = await totals(store.connect(), key);
    expect(used?.totalRequests).toBe(200);
    expect(clocks).toContain(used?.lastUsedAt);
    expect(containers.flatMap(({ sent }) => sent.slice(3)).filter(({ command }) => command !== 'UpdateItem')).toEqual(
      [],
    );
    expect(containers.flatMap(({ sent }) => sent.slice(3))).toHaveLength(196);
  });

  test('are counted exactly also where one container is asked many at once', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const { check } = await warmContainer(store, secret);
    const verdicts = await Promise.all(Array.from({ length: 6 }, () => check(secret)));
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(6);
    expect((await totals(store.connect(), key))?.totalRequests).toBe(7);
  });

  test('are counted exactly by a cold container too', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const container = newContainer(store);
    await Promise.all(Array.from({ length: 50 }, () => container.check(secret)));
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 50 });
  });

  test('with a revocation are counted as far as they were accepted, and none after it', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const containers = await Promise.all([0, 1, 2, 3].map(() => warmContainer(store, secret)));
    const calls = Array.from({ length: 80 }, (_, index) => containers[index % 4]?.check(secret));
    const [verdicts] = await Promise.all([Promise.all(calls), revoke(store.connect(), key)]);
    const accepted = 4 + verdicts.filter((verdict) => verdict?.allowed).length;
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: accepted });
    for (const container of containers) expect((await container.ask(secret))[0]).toBe('key_revoked');
  });
});

describeOnEngines('an account that keeps changing', (store) => {
  test('is given up on after eight attempts, and charged nothing', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const { client, tables } = store.connect();
    const bump = new UpdateCommand({
      TableName: tables.userPreferences,
      Key: accountKey(key.email),
      UpdateExpression: 'ADD v :one',
      ExpressionAttributeValues: { ':one': 1 },
    });
    const container = newContainer(store, async (command, proceed) => {
      if (command === 'UpdateItem') await client.send(bump);
      return proceed();
    });
    await expect(container.check(secret)).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(container.sent.filter(({ command }) => command === 'UpdateItem')).toHaveLength(8);
    expect(await totals(store.connect(), key)).toEqual({ totalRequests: 0, lastUsedAt: null });
  });

  const busy = () =>
    new TransactionConflictException({ message: 'Transaction is ongoing for the item', $metadata: {} });

  test('by a transaction under way is charged at the next attempt', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    let conflicts = 2;
    const container = newContainer(store, async (command, proceed) => {
      if (command === 'UpdateItem' && conflicts-- > 0) throw busy();
      return proceed();
    });
    expect(await container.ask(secret)).toMatchObject({ 0: 'allowed' });
    expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 1 });
  });

  test('by transactions without end is given up on', async () => {
    const { secret } = await madeKey(store.connect(), newUser());
    const container = newContainer(store, async (command, proceed) => {
      if (command === 'UpdateItem') throw busy();
      return proceed();
    });
    await expect(container.check(secret)).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });
});

describeOnEngines('a refused call', (store) => {
  test.each<[string, (key: KeyRecord) => Promise<unknown>]>([
    ['key_revoked', (key) => revoke(store.connect(), key)],
    ['key_disabled', (key) => changeKey(store.connect(), key, { disabled: true })],
    ['key_expired', (key) => changeKey(store.connect(), key, { expiresAt: NOW })],
    ['key_expired', (key) => changeKey(store.connect(), key, { secrets: [] })],
    ['invalid_key', async () => undefined],
  ])('%s changes no attribute of any item, in a warm container or a cold one', async (code, take) => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const warm = await warmContainer(store, secret);
    await take(key);
    const presented = code === 'invalid_key' ? secret.replace('live', 'test') : secret;
    const before = await store.dump();
    for (const container of [warm, newContainer(store)]) {
      expect((await container.ask(presented))[0]).toBe(code);
      container.now += 5_000;
      expect((await container.ask(presented))[0]).toBe(code);
    }
    expect(await store.dump()).toEqual(before);
  });

  test('tells its key where there is one, and never the secret', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    await revoke(store.connect(), key);
    const verdict = await newContainer(store).check(secret);
    expect(verdict).toMatchObject({ allowed: false, key: { keyId: key.keyId } });
    expect(JSON.stringify(verdict)).not.toContain(secret.slice(12, 24));
    const { keys } = await readAccountKeys(store.connect(), key.email);
    expect(keys).toHaveLength(1);
  });
});

describeOnEngines('when DynamoDB fails under a warm container', (store) => {
  test.each(['ThrottlingException', 'InternalServerError', 'TimeoutError'])(
    'with %s, no call is allowed',
    async (name) => {
      const { key, secret } = await madeKey(store.connect(), newUser());
      let down = false;
      const container = await warmContainer(store, secret, async (_, proceed) => {
        if (down) throw Object.assign(new Error('down'), { name });
        return proceed();
      });
      down = true;
      await expect(container.check(secret)).rejects.toMatchObject({ name });
      down = false;
      expect(await container.ask(secret)).toEqual(['allowed', 'UpdateItem']);
      expect(await totals(store.connect(), key)).toMatchObject({ totalRequests: 2 });
    },
  );
});

describe('when nothing listens where DynamoDB should', () => {
  test('a check fails as unavailable: it does not allow, and does not tell the secret', async () => {
    const env = {
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${await freePort()}`,
    };
    const client = documentClient(env);
    client.config.credentials = async () => ({ accessKeyId: 'local', secretAccessKey: 'local' });
    const check = createCheck(
      {
        client,
        tables: { userPreferences: 'none', apiKeys: 'none', apiEvents: 'none', apiUsage: 'none' },
        plans: PLANS,
      },
      () => NOW,
      containerName(),
    );
    const secret = makeSecret('live', randomBytes);
    const error = await check(secret).catch((reason: unknown) => reason);
    expect(isUnavailable(error)).toBe(true);
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(secret.slice(8, 20));
  });
});
