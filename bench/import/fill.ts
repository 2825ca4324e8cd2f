import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** One row of as many is bad. */
const BAD_EVERY = 100;
/** Keys of one account, one account after the other. */
const KEYS = [1, 1, 2, 1, 3, 1, 1, 2, 1, 7];

/** What is wrong with bad rows, in turn. */
const FAULTS: readonly ((row: Record<string, unknown>) => unknown)[] = [
  (row) => ({ ...row, email: 'nobody' }),
  (row) => ({ ...row, key: undefined, keyHash: 'deadbeef' }),
  (row) => ({ ...row, scopes: ['Not A Scope'] }),
  (row) => ({ ...row, credits: -5 }),
  (row) => ({ ...row, owner: 'x' }),
  () => 'no row',
];

/** How the secret of a row is told, in turn. */
const SECRETS: readonly ((secret: string) => Record<string, string>)[] = [
  (key) => ({ key }),
  (secret) => ({ keyHash: sha256(secret).toString('hex') }),
  (secret) => ({ keyHash: sha256(secret).toString('base64') }),
  (secret) => ({ keyHash: sha256(secret).toString('base64url') }),
];

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Tells whether a row is to be rejected. */
export const isBad = (index: number): boolean => index % BAD_EVERY === BAD_EVERY - 1;

/** The secret of a row, as it was made elsewhere. */
export const secretAt = (index: number): string => `acme_${sha256(`row ${index}`).toString('base64url')}`;

function* rows(count: number): Generator<string> {
  for (let index = 0, user = 0, left = KEYS[0] as number; index < count; index++) {
    if (left === 0) left = KEYS[++user % KEYS.length] as number;
    left -= 1;
    const row = {
      email: `user${user}@example.com`,
      ...SECRETS[index % SECRETS.length]?.(secretAt(index)),
      name: `key ${index}`,
      scopes: ['orders:read'],
      rateLimits: [{ name: 'burst', limit: 100, windowSeconds: 60 }],
      createdAt: '2025-01-01T00:00:00Z',
      ...(index % 5 === 0 && { credits: 1_000 }),
    };
    yield `${JSON.stringify(isBad(index) ? FAULTS[Math.floor(index / BAD_EVERY) % FAULTS.length]?.(row) : row)}\n`;
  }
}

/** Writes a file of rows of which one in a hundred is bad; one in five has credits. */
export const writeRows = (file: string, count: number): Promise<void> =>
  pipeline(Readable.from(rows(count)), createWriteStream(file));
