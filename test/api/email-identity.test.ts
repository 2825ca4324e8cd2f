import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from './support/service.ts';
import { type TokenForge, tokenForge } from './support/tokens.ts';

const OWNER = 'ka.té+x@example.com';
/** Makes the owner's one key: whoever repeats it for the same user is told its id. */
const ONCE = { 'idempotency-key': 'once' };

let service: Service;
let forge: TokenForge;
let keyId: string;
let token: string;
beforeAll(async () => {
  service = await startService();
  forge = await tokenForge(service);
  token = await forge.good(OWNER);
  const made = await service.call('POST /api/user/key', { token, headers: ONCE, body: { email: OWNER } });
  keyId = made.json.keyId;
});
afterAll(() => service.close());

/** Other ways to write the owner's address. */
const SAME: readonly (readonly [how: string, email: string])[] = [
  ['as it is', OWNER],
  ['in capitals', OWNER.toUpperCase()],
  ['decomposed (NFD)', OWNER.normalize('NFD')],
  ['composed (NFC)', OWNER.normalize('NFC')],
  ['in capitals and decomposed', OWNER.toUpperCase().normalize('NFD')],
  ['with spaces around', ` ${OWNER} `],
];

/** Addresses that resemble the owner's, and are other people's. */
const OTHERS: readonly (readonly [how: string, email: string])[] = [
  ['without the tag', 'ka.té@example.com'],
  ['with another tag', 'ka.té+y@example.com'],
  ['with a space for the plus', 'ka.té x@example.com'],
  ['without the dot', 'katé+x@example.com'],
  ['without the accent', 'ka.te+x@example.com'],
  ['with the Kelvin sign for k', '\u212aa.té+x@example.com'],
  ['with a Cyrillic a', 'k\u0430.té+x@example.com'],
  ['with a full-width a', 'k\uff41.té+x@example.com'],
  ['with a zero-width space', 'ka.té+x\u200b@example.com'],
  ['with a combining accent more', 'ka.té\u0301+x@example.com'],
  ['with NUL at the end', 'ka.té+x@example.com\0'],
  ['with a line break at the end', 'ka.té+x@example.com\n.example.org'],
  ['with another domain behind it', 'ka.té+x@example.com.example.org'],
  ['with a second address behind it', 'ka.té+x@example.com,ka.té+x@example.com'],
  ['percent-encoded', encodeURIComponent(OWNER)],
  ['percent-encoded once more', encodeURIComponent(encodeURIComponent(OWNER))],
];

const keysOf = (path: string) => `/api/user/key/${path}`;

describe('ways to write one address lead to one user', () => {
  test.each(SAME)('in the path: %s', async (_, email) => {
    const answer = await service.call(keysOf(encodeURIComponent(email)), { token });
    expect(answer).toMatchObject({ status: 200, json: { email: OWNER, keys: [{ keyId }] } });
  });

  test.each(SAME)('in the claim of the token: %s', async (_, email) => {
    const answer = await service.call(keysOf(encodeURIComponent(OWNER)), { token: await forge.good(email) });
    expect(answer).toMatchObject({ status: 200, json: { keys: [{ keyId }] } });
  });

  test.each(SAME)('in the body: %s', async (_, email) => {
    const answer = await service.call('POST /api/user/key', { token, headers: ONCE, body: { email } });
    expect(answer).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect(answer.json.detail).toContain(keyId);
  });

  test.each([
    ['nothing that may stay', 'ka.t%C3%A9+x@example.com'],
    ['all that clients encode', 'ka.t%C3%A9%2Bx%40example.com'],
    ['every byte', [...Buffer.from(OWNER)].map((byte) => `%${byte.toString(16)}`).join('')],
  ])('percent-encoded in the path: %s', async (_, path) => {
    expect(await service.call(keysOf(path), { token })).toMatchObject({ status: 200, json: { keys: [{ keyId }] } });
  });
});

describe('what resembles an address leads to nobody else’s keys', () => {
  test.each(OTHERS)('the owner reads no account of the address %s', async (_, email) => {
    const answer = await service.call(keysOf(encodeURIComponent(email)), { token });
    expect([400, 403]).toContain(answer.status);
  });

  test.each(OTHERS)('a token for the address %s reads, makes and revokes nothing', async (_, email) => {
    const tables = await service.dump();
    const other = await forge.good(email);
    const path = keysOf(encodeURIComponent(OWNER));
    const answers = [
      await service.call(path, { token: other }),
      await service.call('POST /api/user/key', { token: other, body: { email: OWNER } }),
      await service.call(`DELETE ${path}`, { token: other }),
      await service.call(`DELETE ${path}/${keyId}`, { token: other }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await service.dump()).toEqual(tables);
  });

  test.each(OTHERS)('the owner makes no key for the address %s', async (_, email) => {
    const tables = await service.dump();
    const answer = await service.call('POST /api/user/key', { token, body: { email } });
    expect([400, 403]).toContain(answer.status);
    expect(await service.dump()).toEqual(tables);
  });

  test('an address encoded twice in the path is decoded once, and is then none', async () => {
    const answer = await service.call(keysOf(encodeURIComponent(encodeURIComponent(OWNER))), { token });
    expect(answer.json).toMatchObject({ code: 'invalid_request', errors: [{ path: 'path.email' }] });
  });

  test('an encoded slash begins a new segment, and makes no other address of what is before it', async () => {
    const answer = await service.call(keysOf(`${encodeURIComponent(OWNER)}%2F..%2Fada%40example.com`), { token });
    expect(answer.status).toBe(404);
  });
});
