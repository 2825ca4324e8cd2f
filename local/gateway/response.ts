import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isJsonObject } from './json-object.ts';
import type { Refusal } from './refusals.ts';

/** What is written to the client. Header names are in lower case. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

export type ProxyResponse = { readonly response: HttpResponse } | { readonly invalid: string };

/** Headers that the gateway sets itself. */
const RESERVED = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'upgrade']);

/**
 * Reads a function's answer by the rules of payload format 2.0: without `statusCode` the whole of it is the body, of
 * type JSON; with one, the body is text unless a header says otherwise.
 *
 * @param payload JSON text.
 */
export function proxyResponse(payload: string): ProxyResponse {
  const result: unknown = JSON.parse(payload);
  if (!isJsonObject(result) || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : payload;
    return { response: { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) } };
  }
  const { statusCode: status, body = '', isBase64Encoded } = result;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    return { invalid: `statusCode must be an integer from 200 to 599, not ${JSON.stringify(status)}` };
  }
  if (body !== null && typeof body !== 'string') return { invalid: `body must be a string, not ${typeof body}` };
  const headers = readHeaders(result.headers ?? {}, result.cookies ?? []);
  if (typeof headers === 'string') return { invalid: headers };
  return {
    response: {
      status,
      headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
      body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
    },
  };
}

/** The answer that the gateway makes itself. */
export function refusalResponse(refusal: Refusal): HttpResponse {
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/json', ...refusal.headers },
    body: Buffer.from(JSON.stringify({ message: refusal.message })),
  };
}

/** @returns what is wrong, as a string, or the headers. */
function readHeaders(headers: unknown, cookies: unknown): Record<string, string | string[]> | string {
  if (!isJsonObject(headers)) return 'headers must be an object';
  if (!Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === 'string')) {
    return 'cookies must be an array of strings';
  }
  const read: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return `header ${name} must be a string`;
    if (RESERVED.has(name.toLowerCase())) continue;
    read[name.toLowerCase()] = String(value);
  }
  if (cookies.length > 0) read['set-cookie'] = cookies;
  return Object.entries(read).map(headerProblem).find(Boolean) ?? read;
}

function headerProblem([name, value]: [string, string | string[]]): string | undefined {
  try {
    validateHeaderName(name);
    for (const one of [value].flat()) validateHeaderValue(name, one);
    return undefined;
  } catch {
    return `header ${JSON.stringify(name)} has characters that HTTP does not allow`;
  }
}
