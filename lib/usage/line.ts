import { normalizeEmail } from '../accounts/email.ts';
import type { RefusedCall } from '../events/refusals.store.ts';
import { type Alert, readAlerts } from '../metering/alerts.ts';
import { REFUSAL_CODES, type RefusalCode } from '../metering/verdict.ts';
import type { CountedCall } from './counters.ts';
import { USAGE_LINE } from './usage-line.ts';

/** What a line of a log tells of usage. */
export type Reading =
  | {
      readonly kind: 'call';
      readonly call: CountedCall;
      readonly refused?: RefusedCall;
      readonly alerts: readonly Alert[];
    }
  /** A request without a key, or one that another line tells of. */
  | { readonly kind: 'other' }
  | { readonly kind: 'broken'; readonly reason: string };

/** The gateway takes 10 KB of headers, of which the user agent may be all. */
const MAX_BYTES = 16_384;
/** The log has a line within seconds; a day is what a clock may be wrong by before the line tells nothing. */
const FURTHEST_MS = 86_400_000;
const LONGEST_LATENCY_MS = 3_600_000;
const MOST_CREDITS = 1_000_000_000;
/** What the gateway writes for a variable without a value. */
const NONE = '-';
const USER_AGENT = ',"userAgent":"';

const OTHER: Reading = { kind: 'other' };

/** What is wrong with a line. */
class Broken extends Error {}

type Line = Readonly<Record<string, unknown>>;

/**
 * Reads one line of the access log or of a function that checks keys.
 *
 * @param message the line, as it was logged.
 * @param loggedAt milliseconds since the epoch.
 */
export function readLine(message: string, loggedAt: number): Reading {
  try {
    const line = parse(message);
    const inner = line.message;
    if (isLine(inner) && inner.kind === USAGE_LINE) return reading(inner, checkedCall(inner, loggedAt), inner.ip);
    return accessedCall(line, loggedAt);
  } catch (error) {
    if (error instanceof Broken) return { kind: 'broken', reason: error.message };
    throw error;
  }
}

const isLine = (value: unknown): value is Line => value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * The user agent is the caller's own text, and the gateway is not documented to escape it. It comes last and is never read,
 * so whatever it holds can add no field and change none.
 */
function parse(message: string): Line {
  const bytes = Buffer.byteLength(message);
  if (bytes > MAX_BYTES) throw new Broken(`the line has ${bytes} bytes; expected ${MAX_BYTES} at most`);
  const end = message.indexOf(USER_AGENT);
  if (end >= 0 && !message.endsWith('"}')) throw new Broken('the line is cut off');
  try {
    const line: unknown = JSON.parse(end < 0 ? message : `${message.slice(0, end)}}`);
    if (isLine(line)) return line;
  } catch {
    throw new Broken('the line is not JSON, or is cut off');
  }
  throw new Broken('the line is no JSON object');
}

function accessedCall(line: Line, loggedAt: number): Reading {
  if (line.keyId === NONE) return OTHER;
  const code = codeOf(line);
  const rejected = code !== 'allowed';
  // The gateway itself answered: then the authorizer tells of its refusal.
  if (rejected && line.integrationLatency === NONE) return OTHER;
  if (line.integrationLatency !== NONE) wholeNumber(line, 'integrationLatency', 0, LONGEST_LATENCY_MS);
  const status = wholeNumber(line, 'status', 100, 599);
  const paid = line.credits === NONE ? 0 : wholeNumber(line, 'credits', 0, MOST_CREDITS);
  const isRefunded = line.refundable === 'true' && status >= 500;
  const call: CountedCall = {
    ...keyOf(line),
    route: match(line, 'routeKey', /^(\$default|[A-Z]{3,7} \/\S*)$/, 'METHOD /path'),
    at: timeOf(line, 'requestTimeEpoch', loggedAt),
    status,
    rejected,
    credits: isRefunded ? 0 : paid,
    latency: wholeNumber(line, 'responseLatency', 0, LONGEST_LATENCY_MS),
  };
  return reading(line, call, line.sourceIp);
}

const shortText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 128) : '');

/** A call and what the audit log tells of it: that it was refused, and what level its account has come to. */
function reading(line: Line, call: CountedCall, ip: unknown): Reading {
  const code = codeOf(line);
  const alerts = readAlerts(line.alerts);
  if (code === 'allowed') return { kind: 'call', call, alerts };
  const { email, keyId, at, route } = call;
  const requestId = shortText(line.requestId);
  return { kind: 'call', call, alerts, refused: { email, keyId, code, at, route, ip: shortText(ip), requestId } };
}

/** A call of which a function tells. How long it took is not known to it. */
const checkedCall = (line: Line, loggedAt: number): CountedCall => ({
  ...keyOf(line),
  route: match(line, 'route', /^\P{Cc}+$/u, 'text'),
  at: timeOf(line, 'at', loggedAt),
  status: wholeNumber(line, 'status', 100, 599),
  rejected: codeOf(line) !== 'allowed',
  credits: wholeNumber(line, 'credits', 0, MOST_CREDITS),
});

const CODES: ReadonlySet<unknown> = new Set<'allowed' | RefusalCode>(['allowed', ...REFUSAL_CODES]);

function codeOf(line: Line): 'allowed' | RefusalCode {
  if (CODES.has(line.code)) return line.code as 'allowed' | RefusalCode;
  throw wrong(line, 'code', 'allowed or the code of a refusal');
}

function keyOf(line: Line): { email: string; keyId: string } {
  const { email } = line;
  if (typeof email !== 'string' || normalizeEmail(email) !== email) throw wrong(line, 'email', 'an address');
  return { email, keyId: match(line, 'keyId', /^[0-9A-Z]{26}$/, '26 characters of 0-9 and A-Z') };
}

function timeOf(line: Line, name: string, loggedAt: number): number {
  return wholeNumber(line, name, loggedAt - FURTHEST_MS, loggedAt + FURTHEST_MS);
}

/** The access log writes numbers as text. */
function wholeNumber(line: Line, name: string, least: number, most: number): number {
  const given = line[name];
  const value = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw wrong(line, name, `a whole number from ${least} to ${most}`);
}

/** Both are part of a sort key, which has 1,024 bytes. */
const LONGEST_TEXT = 512;

function match(line: Line, name: string, pattern: RegExp, form: string): string {
  const text = line[name];
  const fits = typeof text === 'string' && text.isWellFormed() && Buffer.byteLength(text) <= LONGEST_TEXT;
  if (fits && pattern.test(text)) return text;
  throw wrong(line, name, `${form}, ${LONGEST_TEXT} bytes at most`);
}

const SHOWN = 60;

const wrong = (line: Line, name: string, expected: string): Broken => {
  const given = JSON.stringify(line[name]) ?? 'nothing';
  return new Broken(`${name} is ${given.length > SHOWN ? `${given.slice(0, SHOWN)}…` : given}; expected ${expected}`);
};
