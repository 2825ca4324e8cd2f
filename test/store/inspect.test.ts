import { expect, test } from 'vitest';
import { makeSecret } from '../../lib/keys/secret.ts';
import { inspect } from '../../lib/metering/inspect.ts';
import { changeKey, madeKey, newUser, revoke } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnEngines } from '../support/store.ts';

describeOnEngines('an inspection', (store) => {
  const ask = async (presented: unknown) => {
    const db = store.connect();
    const { verdict, checks } = await inspect(db, () => NOW, presented);
    const refused = checks.filter(({ passed }) => !passed).map(({ check }) => check);
    return { answer: verdict.allowed ? 'allowed' : verdict.refusal.code, refused, sent: commands(db.sent), verdict };
  };

  test('of a good key reads it, writes nothing, and finds nothing wrong', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    const before = await store.dump();
    const inspected = await ask(secret);
    expect(inspected).toMatchObject({ answer: 'allowed', refused: [], sent: ['GetItem', 'BatchGetItem'] });
    expect(inspected.verdict.key?.keyId).toBe(key.keyId);
    expect(inspected.verdict.standing?.credits.total).toBe(10_000);
    expect(await store.dump()).toStrictEqual(before);
  });

  test('of a key that may not call tells the first reason, and all of them', async () => {
    const { key, secret } = await madeKey(store.connect(), newUser());
    await changeKey(store.connect(), key, { disabled: true, expiresAt: NOW });
    expect(await ask(secret)).toMatchObject({ answer: 'key_disabled', refused: ['disabled', 'expired'] });
    await revoke(store.connect(), key);
    expect(await ask(secret)).toMatchObject({ answer: 'key_revoked', refused: ['revoked', 'disabled', 'expired'] });
  });

  test('of what is no known key asks no more than it must', async () => {
    expect(await ask('garbage')).toMatchObject({ answer: 'invalid_key', refused: ['known'], sent: [] });
    const unknown = makeSecret('live', (length) => new Uint8Array(length));
    expect(await ask(unknown)).toMatchObject({ answer: 'invalid_key', refused: ['known'], sent: ['GetItem'] });
  });
});
