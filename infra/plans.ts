import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be [a-z][a-z0-9_-]{0,31}, as in pro');
const MOST = 1_000_000_000;
const count = z.int().min(1).max(MOST);
const days = z.int().min(1).max(3_650).nullable();

const differ = (named: readonly { readonly name: string }[]): boolean =>
  new Set(named.map((one) => one.name)).size === named.length;

const plan = z.strictObject({
  /** Greatest number of keys that are not revoked. */
  keys: z.int().min(1).max(50),
  /** Longest life of a key, also the default; null is without end. */
  keyLifetimeDays: days,
  /** Greatest age of a secret; null is any. */
  secretMaxAgeDays: days.default(null),
  /** The owner hears of a key that lay idle for so long; null is never. */
  idleNoticeDays: days.default(null),
  /** A key that lay idle for so long is disabled; null is never. */
  idleDisableDays: days.default(null),
  /** Of the account as a whole. */
  rateLimits: z
    .array(z.strictObject({ name, limit: count, windowSeconds: z.int().min(1).max(86_400) }))
    .max(10)
    .refine(differ, 'names must differ'),
  /** Requests of the account as a whole. */
  quota: z.strictObject({ limit: count, period: z.enum(['day', 'month']) }).nullable(),
  /** Each calendar month, UTC. */
  includedCredits: z.int().min(0).max(MOST),
  /** What can be bought. */
  packs: z
    .array(
      z.strictObject({
        name,
        credits: count,
        price: z.strictObject({
          amount: count,
          currency: z.string().regex(/^[a-z]{3}$/, 'must be an ISO 4217 code in lower case, as in usd'),
        }),
      }),
    )
    .max(10)
    .refine(differ, 'names must differ')
    .default([]),
});

/** Lambda allows 4 KB for all variables of a function. */
const MAX_BYTES = 3_000;

/** Plans in place of those shipped, by name; an account that never chose one is on the first. */
export const plans = z
  .record(name, plan)
  .refine((table) => Object.keys(table).length > 0, 'must have at least one plan')
  .transform((table) =>
    Object.fromEntries(Object.entries(table).map(([name, settings]) => [name, { name, ...settings }])),
  )
  .refine((table) => Buffer.byteLength(JSON.stringify(table)) <= MAX_BYTES, {
    error: `must have at most ${MAX_BYTES} bytes as JSON`,
  });
