import type { KeyRecord } from '../../lib/keys/key.ts';
import { HASH_HINT } from '../../lib/keys/secret.ts';
import { COLUMNS, type Column } from '../import/columns.ts';

/** A row as it is written: what is left out is as an import takes it to be. */
export type ExportRow = Partial<Record<Column, unknown>>;

const iso = (at: number): string => new Date(at).toISOString();

const unlessEmpty = <Value>(values: readonly Value[]): readonly Value[] | undefined =>
  values.length > 0 ? values : undefined;

/**
 * A key as a row, by the hash of its newest secret.
 *
 * @param credits purchased credits to import with it.
 * @returns `undefined` for a key without a secret.
 */
export function rowOf(key: KeyRecord, credits: number): ExportRow | undefined {
  const secret = key.secrets.at(-1);
  if (!secret) return undefined;
  const row: ExportRow = {
    email: key.email,
    keyHash: secret.keyHash,
    hashEncoding: 'hex',
    // What is shown of a hash is made of it again.
    hint: secret.hint.startsWith(HASH_HINT) ? undefined : secret.hint,
    name: key.name,
    environment: key.environment,
    status: key.disabled ? 'disabled' : undefined,
    scopes: unlessEmpty(key.scopes),
    allowedIps: unlessEmpty(key.allowedIps),
    // Engines answer attributes in any order.
    rateLimits: unlessEmpty(key.rateLimits.map(({ name, limit, windowSeconds }) => ({ name, limit, windowSeconds }))),
    quota: key.quota ? { limit: key.quota.limit, period: key.quota.period } : undefined,
    dailyCredits: key.dailyCredits ?? undefined,
    expiresAt: key.expiresAt === null ? undefined : iso(key.expiresAt),
    createdAt: iso(key.createdAt),
    credits: credits > 0 ? credits : undefined,
  };
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

/** Columns that an export writes: it has no plaintext. */
const WRITTEN = COLUMNS.filter((column) => column !== 'key');

/** RFC 4180: a cell with a comma, a quote or a line break is quoted, and its quotes are doubled. */
function cellOf(value: unknown): string {
  const text = value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** How each format is written. */
export const WRITERS = {
  jsonl: { head: '', line: (row: ExportRow): string => `${JSON.stringify(row)}\n` },
  csv: {
    head: `${WRITTEN.join(',')}\n`,
    line: (row: ExportRow): string => `${WRITTEN.map((column) => cellOf(row[column])).join(',')}\n`,
  },
} as const;
