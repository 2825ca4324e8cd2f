import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ASSUMED, LIMITS } from './assumptions.ts';
import { REFUSALS, type Refusal } from './refusals.ts';

/** One request, as every later step sees it. */
export interface GatewayRequest {
  /** Found alike in both events, the `apigw-requestid` header and the access log. */
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly method: string;
  /** Decoded once. */
  readonly path: string;
  /** Verbatim, without the question mark. */
  readonly rawQuery: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case, repeated headers joined by a comma, without `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly host: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** Set if the request is refused before it is routed. */
  readonly refusal?: Refusal;
}

/** Headers of the connection, not of the request (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Reads request line and headers; the body stays unread. */
export function readRequest(message: IncomingMessage, receivedAt: number): GatewayRequest {
  const [rawPath = '', ...rest] = (message.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '').split('?');
  const rawQuery = rest.join('?');
  const path = decodePath(rawPath);
  const sourceIp = (message.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const { headers, cookies } = readHeaders(message.rawHeaders);
  const host = headers.get('host') ?? '';
  const userAgent = headers.get('user-agent') ?? '';
  addGatewayHeaders(headers, sourceIp, message.socket.localPort, receivedAt);
  const refusal = refusalOf(message, path);

  return {
    // Eleven bytes make fifteen characters and one "=", the form that API Gateway uses.
    requestId: randomBytes(11).toString('base64'),
    receivedAt,
    method: message.method ?? 'GET',
    path: path ?? rawPath,
    rawQuery,
    query: readQuery(rawQuery),
    headers: Object.fromEntries(headers),
    cookies,
    host,
    sourceIp,
    userAgent,
    ...(refusal && { refusal }),
  };
}

/**
 * HTTP APIs decode the path before they route: `%2F` separates segments, and what follows a decoded `?` is lost.
 * `+` stays as it is.
 *
 * @returns undefined if the percent-encoding is malformed.
 */
export function decodePath(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath).split('?')[0] || '/';
  } catch {
    return undefined;
  }
}

/** Decodes as a form does (`+` is a space); repeated parameters are joined by a comma. */
export function readQuery(rawQuery: string): Record<string, string> {
  return Object.fromEntries(joinRepeated(new URLSearchParams(rawQuery)));
}

function joinRepeated(entries: Iterable<readonly [string, string]>): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of entries) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return joined;
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    found.push([(rawHeaders[i] ?? '').toLowerCase(), rawHeaders[i + 1] ?? '']);
  }
  return found;
}

function readHeaders(rawHeaders: readonly string[]): { headers: Map<string, string>; cookies: string[] } {
  const all = pairs(rawHeaders);
  const headers = joinRepeated(all.filter(([name]) => name !== 'cookie' && !HOP_BY_HOP.has(name)));
  const cookies = all
    .filter(([name]) => name === 'cookie')
    .flatMap(([, value]) => value.split(';').map((cookie) => cookie.trim()))
    .filter(Boolean);
  return { headers, cookies };
}

function addGatewayHeaders(
  headers: Map<string, string>,
  sourceIp: string,
  port: number | undefined,
  now: number,
): void {
  const forwarded = ASSUMED.forwardedForIsAppended ? headers.get('x-forwarded-for') : undefined;
  headers.set('x-forwarded-for', forwarded ? `${forwarded}, ${sourceIp}` : sourceIp);
  headers.set('x-forwarded-port', String(port ?? ''));
  headers.set('x-forwarded-proto', 'http');
  if (!headers.has('x-amzn-trace-id')) {
    const seconds = Math.floor(now / 1000).toString(16);
    headers.set('x-amzn-trace-id', `Root=1-${seconds}-${randomBytes(12).toString('hex')}`);
  }
}

function refusalOf(message: IncomingMessage, path: string | undefined): Refusal | undefined {
  const requestLine = `${message.method} ${message.url} HTTP/1.1\r\n`.length;
  const bytes = message.rawHeaders.reduce((sum, text) => sum + text.length + 2, requestLine);
  if (bytes > LIMITS.headerBytes) return REFUSALS.headersTooLarge;
  return path === undefined ? REFUSALS.badRequest : undefined;
}
