import { InvalidArgumentError } from 'commander';
import { type Email, normalizeEmail } from '../../lib/accounts/email.ts';

/** Reads an address. @throws InvalidArgumentError that says what is allowed. */
export function email(text: string): Email {
  const read = normalizeEmail(text);
  if (read) return read;
  throw new InvalidArgumentError('Allowed is an address such as ada@example.com.');
}

/** Reads the id of a key. @throws InvalidArgumentError that says what is allowed. */
export function keyId(text: string): string {
  const id = text.trim().toUpperCase();
  if (/^[0-9A-Z]{26}$/.test(id)) return id;
  throw new InvalidArgumentError('Allowed is a key id of 26 characters, as list shows it.');
}

/** Makes a reader of whole numbers within bounds. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (text.trim() !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Allowed is a whole number from ${least} to ${most}.`);
  };

/** Makes a reader of an option that may be given several times. */
export const several =
  <Value>(read: (text: string) => Value) =>
  (text: string, before: readonly Value[] = []): Value[] => [...before, read(text)];

const MOST = 1_000_000_000;
const count = wholeNumber(1, MOST);

/** Reads a rate limit, such as `burst=10/1`: at most 10 in any second. */
export function rateLimit(text: string): { name: string; limit: number; windowSeconds: number } {
  const [, name = '', limit = '', seconds = ''] = /^([^=]*)=(\d+)\/(\d+)$/.exec(text) ?? [];
  if (name !== '') return { name, limit: Number(limit), windowSeconds: Number(seconds) };
  throw new InvalidArgumentError('Allowed is name=calls/seconds, such as burst=10/1.');
}

/** Reads a quota, such as `1000/day`. */
export function quota(text: string): { limit: number; period: 'day' | 'month' } {
  const [, limit, period] = /^(\d+)\/(day|month)$/.exec(text) ?? [];
  if (limit !== undefined && Number(limit) >= 1 && Number(limit) <= MOST) {
    return { limit: Number(limit), period: period as 'day' | 'month' };
  }
  throw new InvalidArgumentError('Allowed is calls/day or calls/month, such as 1000/day.');
}

/** Reads a number of credits or calls. */
export const positive = count;

/** Reads a day or a moment, in UTC unless it names a zone. @returns it in ISO 8601. */
export function moment(text: string): string {
  const isForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text);
  const zoned = /T/.test(text) && !/(Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text;
  const time = isForm ? Date.parse(zoned) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new InvalidArgumentError('Allowed is a day or moment in UTC, such as 2026-11-23 or 2026-11-23T12:00Z.');
}
