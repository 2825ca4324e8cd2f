import { randomBytes } from 'node:crypto';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { accountKey } from '../../lib/accounts/account.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { keyRecordKey } from '../../lib/keys/key.ts';
import { makeSecret, type Secret } from '../../lib/keys/secret.ts';
import { newContainer, warmContainer } from '../support/container.ts';
import { madeKey, newUser, revoke, startOnPlan, totals } from '../support/keys.ts';
import { emailOf, NOW } from '../support/records.ts';
import { describeOnEngines } from '../support/store.ts';

const unknownSecret = () => makeSecret('live', randomBytes);

describeOnEngines('a check costs', (store) => {
  test('one UpdateItem of one write unit and no read, when accepted by a warm container', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const container = await warmContainer(store, secret);
    for (const call of [2, 3]) {
      expect(await container.ask(secret)).toEqual(['allowed', 'UpdateItem']);
      expect(container.sent.at(-1)).toEqual({ command: 'UpdateItem', units: 1 });
      expect(await totals(store.connect(), key)).toEqual({ totalRequests: call, lastUsedAt: NOW });
    }
  });

  test('one write unit also with ten keys in use by the longest email', async () => {
    const email = emailOf(`${'a'.repeat(242)}@example.com`);
    const db = store.connect();
    await startOnPlan(db, email, 'pro');
    const secrets: Secret[] = [];
    for (let count = 0; count < PLANS.pro.keys; count++) secrets.push((await madeKey(db, email)).secret);
    const container = newContainer(store);
    for (const secret of secrets) await container.check(secret);
    for (const secret of secrets) {
      expect(await container.ask(secret)).toEqual(['allowed', 'UpdateItem']);
      expect(container.sent.at(-1)?.units).toBe(1);
    }
  });

  test('three calls at first sight: whose key, the key with its account, and the charge', async () => {
    const { secret } = await madeKey(store.connect(), newUser());
    const container = newContainer(store);
    expect(await container.ask(secret)).toEqual(['allowed', 'GetItem', 'BatchGetItem', 'UpdateItem']);
    expect(container.sent.map(({ units }) => units)).toEqual([1, 2, 1]);
  });

  test('nothing for what is no key', async () => {
    const container = newContainer(store);
    for (const text of ['', 'garbage', `${unknownSecret()}0`, unknownSecret().replace('live', 'test')]) {
      expect(await container.ask(text)).toEqual(['invalid_key']);
    }
    expect(await container.check(undefined)).toMatchObject({ allowed: false });
    expect(container.sent).toEqual([]);
  });

  test('one read for an unknown key, then nothing for 2 s, and one read again', async () => {
    const secret = unknownSecret();
    const container = newContainer(store);
    expect(await container.ask(secret)).toEqual(['invalid_key', 'GetItem']);
    expect(await container.ask(secret)).toEqual(['invalid_key']);
    container.now += 1_999;
    expect(await container.ask(secret)).toEqual(['invalid_key']);
    container.now += 1;
    expect(await container.ask(secret)).toEqual(['invalid_key', 'GetItem']);
    expect(await container.ask(secret)).toEqual(['invalid_key']);
  });

  test('nothing for a refusal that is younger than 2 s, then one read', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    await revoke(store.connect(), key);
    const container = newContainer(store);
    expect(await container.ask(secret)).toEqual(['key_revoked', 'GetItem', 'BatchGetItem']);
    container.now += 1_999;
    expect(await container.ask(secret)).toEqual(['key_revoked']);
    container.now += 1;
    expect(await container.ask(secret)).toEqual(['key_revoked', 'GetItem']);
    expect(await container.ask(secret)).toEqual(['key_revoked']);
  });

  test.each(['cold', 'warm'])(
    'no more when the revoked key’s record has been deleted, and a %s container still answers key_revoked',
    async (temperature) => {
      const { key, secret } = await madeKey(store.connect(), newUser());
      const container = temperature === 'warm' ? await warmContainer(store, secret) : newContainer(store);
      await revoke(store.connect(), key);
      // The change after the revocation settles the slot; by the end of 30 days the record is gone.
      await madeKey(store.connect(), key.email);
      await madeKey(store.connect(), key.email);
      const { client, tables } = store.connect();
      const Key = keyRecordKey(key.email, key.keyId);
      await client.send(new DeleteCommand({ TableName: tables.userPreferences, Key }));

      const first = temperature === 'warm' ? ['UpdateItem', 'GetItem'] : ['GetItem', 'BatchGetItem'];
      expect(await container.ask(secret)).toEqual(['key_revoked', ...first]);
      expect(await container.ask(secret)).toEqual(['key_revoked']);
      container.now += 1_999;
      expect(await container.ask(secret)).toEqual(['key_revoked']);
      container.now += 1;
      expect(await container.ask(secret)).toEqual(['key_revoked', 'BatchGetItem']);
      expect(await container.ask(secret)).toEqual(['key_revoked']);
    },
  );

  test('no write when the account is gone', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const container = await warmContainer(store, secret);
    const { client, tables } = store.connect();
    await client.send(new DeleteCommand({ TableName: tables.userPreferences, Key: accountKey(key.email) }));
    expect(await container.ask(secret)).toEqual(['key_revoked', 'UpdateItem']);
    expect(await store.dump()).not.toHaveProperty([`${key.email} account`]);
  });
});
