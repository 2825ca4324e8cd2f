import { hash } from 'node:crypto';
import * as z from 'zod';
import { email, instant, label } from '../../lib/http/contract/common.schema.ts';
import {
  allowedIps,
  dailyCredits,
  environment,
  quota,
  rateLimits,
  scopes,
} from '../../lib/http/contract/key.schema.ts';
import { FOREIGN_SECRET, hintOf, hintOfHash, parseSecret, presentedSecret } from '../../lib/keys/secret.ts';
import { HASH_ENCODINGS, readKeyHash } from './key-hash.ts';

/** At most what a key of ours shows: its prefix, and four characters at either end. */
const HINT = /^(sk_(live|test)_)?[\x21-\x7e]{0,4}…[\x21-\x7e]{0,4}$/;

const instantMs = instant.transform((text) => Date.parse(text));

/** The fields of a row, each by itself. */
const fields = z.strictObject({
  email,
  key: z.string().optional(),
  keyHash: z.string().optional(),
  hashEncoding: z.enum(HASH_ENCODINGS).optional(),
  hint: z
    .string()
    .regex(HINT, 'Invalid hint: expected at most four characters, …, and four, as in sk_live_AbCd…wXyZ')
    .optional(),
  name: label(100).default('default'),
  environment: environment.optional(),
  status: z.enum(['active', 'disabled']).default('active'),
  scopes: scopes.default([]),
  allowedIps: allowedIps.default([]),
  rateLimits: rateLimits.default([]),
  quota: quota.default(null),
  dailyCredits: dailyCredits.default(null),
  expiresAt: instantMs.nullable().default(null),
  createdAt: instantMs.optional(),
  credits: z.int('Invalid credits: expected a whole number from 0').min(0).max(1_000_000_000_000).default(0),
});

type Fields = z.infer<typeof fields>;

/** What a row says of its secret, by key or by hash. */
interface KnownSecret {
  readonly keyHash: string;
  readonly hint: string;
  readonly environment: Fields['environment'];
  /** How a row's secret is known, which tells whether a deployment must accept foreign secrets to let it in. */
  readonly kind: 'own' | 'foreign' | 'hash';
}

/** A row that can be imported. Times are in milliseconds since the epoch. */
export type Row = Omit<Fields, 'key' | 'keyHash' | 'hashEncoding' | 'hint' | 'environment' | 'createdAt'> &
  KnownSecret & { readonly environment: 'live' | 'test'; readonly createdAt: number | undefined };

/** One thing that is wrong with a row. It never holds what was given, which may be a secret. */
export interface Wrong {
  readonly path: PropertyKey[];
  readonly message: string;
}

const wrong = (field: string, message: string): Wrong => ({ path: [field], message });

function secretOf({ key, keyHash, hashEncoding, hint }: Fields): KnownSecret | Wrong {
  if ((key === undefined) === (keyHash === undefined)) {
    return wrong('key', `Expected exactly one of key and keyHash, given ${key === undefined ? 'neither' : 'both'}`);
  }
  if (keyHash !== undefined) {
    const read = readKeyHash(keyHash, hashEncoding);
    if (!read) return wrong('keyHash', `Expected a SHA-256, 32 bytes, in ${hashEncoding ?? HASH_ENCODINGS.join(', ')}`);
    return { keyHash: read, hint: hint ?? hintOfHash(read), environment: undefined, kind: 'hash' };
  }
  if (hint !== undefined || hashEncoding !== undefined) {
    return wrong(hint === undefined ? 'hashEncoding' : 'hint', 'Expected only beside keyHash');
  }
  const secret = presentedSecret(key, true);
  if (!secret) return wrong('key', `Expected ${FOREIGN_SECRET}`);
  const own = parseSecret(secret);
  return {
    keyHash: hash('sha256', secret),
    hint: hintOf(secret),
    environment: own?.environment,
    kind: own ? 'own' : 'foreign',
  };
}

/**
 * Reads a row. A field that is null or undefined was left out.
 *
 * @param now milliseconds since the epoch.
 * @returns the row, or all that is wrong with it, and whose it is if that can be told.
 */
export function readRow(given: Readonly<Record<string, unknown>>, now: number): { row: Row } | Refused {
  const read = readFields(given, now);
  if ('row' in read) return read;
  const owner = email.safeParse(given.email);
  return { ...read, email: owner.success ? owner.data : undefined };
}

/** A row that cannot be imported. */
interface Refused {
  readonly wrongs: readonly Wrong[];
  readonly email?: string | undefined;
}

function readFields(given: Readonly<Record<string, unknown>>, now: number): { row: Row } | Refused {
  const parsed = fields.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value != null)));
  if (!parsed.success) return { wrongs: parsed.error.issues.flatMap(wrongsOf) };
  const { key, keyHash, hashEncoding, hint, createdAt, ...rest } = parsed.data;
  const secret = secretOf(parsed.data);
  if ('message' in secret) return { wrongs: [secret] };
  const wrongs: Wrong[] = [];
  if (secret.environment && rest.environment && secret.environment !== rest.environment) {
    wrongs.push(wrong('environment', `Expected ${secret.environment}, as the key says`));
  }
  if (createdAt !== undefined && (createdAt > now || createdAt < 0)) {
    wrongs.push(wrong('createdAt', 'Expected a time since 1970 that has passed'));
  }
  if (key !== undefined) wrongs.push(...fieldsWith(key, rest).map((field) => wrong(field, 'Expected no API key')));
  if (wrongs.length > 0) return { wrongs };
  return { row: { ...rest, ...secret, environment: secret.environment ?? rest.environment ?? 'live', createdAt } };
}

/** The fields that hold a secret which went astray: they would be stored, and shown. */
const fieldsWith = (secret: string, given: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(given)
    .filter(([, value]) => JSON.stringify(value)?.includes(JSON.stringify(secret).slice(1, -1)))
    .map(([field]) => field);

const wrongsOf = (issue: z.core.$ZodIssue): Wrong[] =>
  issue.code === 'unrecognized_keys' && issue.path.length === 0
    ? issue.keys.map((name) => ({ path: [name], message: 'Unknown column' }))
    : [{ path: issue.path, message: issue.code === 'unrecognized_keys' ? 'Unknown field in it' : issue.message }];
