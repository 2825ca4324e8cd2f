import { expect, test } from 'vitest';
import { rotateKey } from '../../lib/keys/edit-key.store.ts';
import { importKeys } from '../../lib/keys/import-keys.store.ts';
import { hashSecret, makeSecret, parseSecret, type Secret } from '../../lib/keys/secret.ts';
import { createCheck } from '../../lib/metering/check.ts';
import { inspect } from '../../lib/metering/inspect.ts';
import { containerName } from '../support/container.ts';
import { foreignKey } from '../support/imports.ts';
import { contextOf, newUser } from '../support/keys.ts';
import { NOW } from '../support/records.ts';
import { commands, describeOnEngines } from '../support/store.ts';

const ON = { foreignSecrets: true };
const OFF = { foreignSecrets: false };
const ours = makeSecret('live', (length) => new Uint8Array(length));

/** Neither of our shape nor with our checksum. */
const FOREIGN = ['acme_9f8e7d6c5b4a39281706', 'sk_live_51H8xYz2eZvKYlo2CabcdEFG', `${ours.slice(0, -1)}_`] as Secret[];
/** What no secret looks like. */
const IMPOSSIBLE = [
  '',
  'short',
  'a'.repeat(256),
  'has a space in its middle',
  'twice,sent_in_one_header',
  'ümlaut_ümlaut_ümlaut',
];

describeOnEngines('a foreign secret', (store) => {
  let now = NOW;
  const ask = async (secret: unknown, options: typeof ON, check = container(options)) => {
    const before = check.db.sent.length;
    const verdict = await check.check(secret);
    return [verdict.allowed ? 'allowed' : verdict.refusal.code, ...commands(check.db.sent.slice(before))];
  };
  const container = (options: typeof ON) => {
    const db = store.connect();
    return { db, check: createCheck(db, () => now, containerName(), options) };
  };
  const imported = async (secret: Secret) => {
    const key = foreignKey({ keyHash: hashSecret(secret) });
    const email = newUser();
    await importKeys(store.connect(), contextOf(email), [key]);
    return { email, keyId: key.keyId };
  };

  test.each(FOREIGN)(
    'is let in where the deployment takes them, and costs no database call elsewhere (%#)',
    async (secret) => {
      const { keyId } = await imported(secret);
      expect(await ask(secret, ON)).toEqual(['allowed', 'GetItem', 'BatchGetItem', 'UpdateItem']);
      expect(await ask(secret, OFF)).toEqual(['invalid_key']);
      const inspected = await inspect(store.connect(), () => now, secret, {}, ON);
      expect(inspected.verdict).toMatchObject({ allowed: true, key: { keyId, environment: 'test' } });
      expect((await inspect(store.connect(), () => now, secret)).verdict.allowed).toBe(false);
    },
  );

  test('that is unknown costs one read in 2 s; what cannot be one costs none', async () => {
    const one = container(ON);
    expect(await ask('acme_unknown_unknown', ON, one)).toEqual(['invalid_key', 'GetItem']);
    expect(await ask('acme_unknown_unknown', ON, one)).toEqual(['invalid_key']);
    now += 2_000;
    expect(await ask('acme_unknown_unknown', ON, one)).toEqual(['invalid_key', 'GetItem']);
    for (const text of IMPOSSIBLE) expect(await ask(text, ON, one)).toEqual(['invalid_key']);
    expect(await ask(undefined, ON, one)).toEqual(['invalid_key']);
  });

  test('is replaced by one of ours when its key is rotated, and ends with its grace', async () => {
    const secret = 'acme_to_be_rotated_soon' as Secret;
    const { email, keyId } = await imported(secret);
    const drawn: string[] = [];
    const draw = (environment: 'live' | 'test') => {
      drawn.push(environment);
      return makeSecret(environment, (length) => new Uint8Array(length).fill(7));
    };
    const rotation = await rotateKey(store.connect(), contextOf(email, now), { keyId }, draw, 60);
    expect(rotation.result.kind).toBe('edited');
    expect(drawn).toEqual(['test']);
    expect(parseSecret(rotation.secret)?.environment).toBe('test');
    expect((await ask(secret, ON))[0]).toBe('allowed');
    expect((await ask(rotation.secret, OFF))[0]).toBe('allowed');
    now += 60_000;
    expect((await ask(secret, ON))[0]).toBe('key_expired');
  });
});
