import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createVerifier, type VerifierOptions } from '../../../lib/adapters/verify-client.ts';
import { verifyKey } from '../../../lib/http/contract/verify.ts';
import { makeSecret } from '../../../lib/keys/secret.ts';

const own = makeSecret('live', randomBytes);
const key = makeSecret('live', randomBytes);

const ACCEPTED = {
  valid: true,
  code: 'allowed',
  retryAfter: null,
  keyId: '01',
  email: 'ada@example.com',
  name: 'default',
  environment: 'live',
  scopes: [],
  rateLimits: [{ name: 'plan', limit: 600, windowSeconds: 60, remaining: 599, resetSeconds: 7 }],
  quota: null,
  credits: { included: 1, purchased: 0, total: 1 },
  cost: 1,
};

const refusedConnection = (code = 'ECONNREFUSED') =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) });

/** A verifier whose network gives these answers in turn, the last one for ever. */
function verifierOf(answers: readonly (() => Response | Error)[], options: Partial<VerifierOptions> = {}) {
  const sent: { url: string; init: RequestInit }[] = [];
  const log: string[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
    const answer = answers[Math.min(sent.push({ url: String(url), init }), answers.length) - 1]?.();
    if (answer instanceof Response) return answer;
    throw answer;
  };
  const verifier = createVerifier({
    url: 'https://keys.example.com',
    apiKey: own,
    fetch,
    log: (line) => log.push(line),
    ...options,
  });
  return { verify: (call: object = {}) => verifier.verify({ key, ...call }), sent, log };
}

const ok = () => Response.json(ACCEPTED, { headers: { 'apigw-requestid': 'abc=' } });
const problem =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    Response.json({ code: 'some_code', detail: `given ${key}` }, { status, headers });

/** A server of one test; answers its origin. */
async function serverOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a verification', () => {
  test('is one POST that carries the keys in header and body alone', async () => {
    const { verify, sent, log } = verifierOf([ok], { url: 'https://keys.example.com/stage/' });
    const answer = await verify({ route: 'GET /orders', ip: '192.0.2.1', cost: 2, scopes: ['orders:read'] });
    expect(answer).toMatchObject({ valid: true, requestId: 'abc=', key: { email: 'ada@example.com' } });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe('https://keys.example.com/stage/api/keys/verify');
    expect(sent[0]?.init).toMatchObject({ method: 'POST', redirect: 'manual', headers: { 'x-api-key': own } });
    const body = { key, route: 'GET /orders', ip: '192.0.2.1', cost: 2, scopes: ['orders:read'] };
    expect(JSON.parse(String(sent[0]?.init.body))).toEqual(body);
    expect(log).toEqual([]);
  });

  test.each([
    ['no address', 'unknown', undefined],
    ['a header’s list', '192.0.2.1, 10.0.0.1', undefined],
    ['a port', '192.0.2.1:443', undefined],
    ['too large an octet', '192.0.2.256', undefined],
    ['nothing', '', undefined],
    ['bad IPv6', '2001:::1', undefined],
    ['IPv4', '192.0.2.255', '192.0.2.255'],
    ['IPv6', '2001:db8::1', '2001:db8::1'],
    ['IPv4 as IPv6', '::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['an address of a link', 'fe80::1%eth0', 'fe80::1'],
  ])('names as address only what is one: %s', async (_, ip, expected) => {
    const { verify, sent } = verifierOf([ok]);
    await verify({ ip });
    expect(JSON.parse(String(sent[0]?.init.body)).ip).toBe(expected);
  });

  test.each([
    ['one that is too long is cut', 'x'.repeat(1_000), 'x'.repeat(256)],
    ['no letter is cut in two', `${'x'.repeat(255)}😀`, `${'x'.repeat(255)}\uFFFD`],
    ['control characters are spaces, of which none is at an end', '\tGET\r\n/orders\0', 'GET /orders'],
    ['a secret in it is cut', `GET /orders/${key}`, 'GET /orders/sk_live_…'],
    ['one of spaces is none', '  ', undefined],
  ])('is made whatever a route is called: %s', async (_, route, expected) => {
    const { verify, sent } = verifierOf([ok]);
    await verify({ route });
    const body = JSON.parse(String(sent[0]?.init.body));
    expect(body.route).toBe(expected);
    expect(verifyKey.body.safeParse(body).success).toBe(true);
  });

  test.each([undefined, null, '', 'garbage', `${key} `, key.toLowerCase(), `${key},${key}`])(
    'of what is no key (%#) needs no call',
    async (text) => {
      const { verify, sent } = verifierOf([ok]);
      expect(await verify({ key: text })).toMatchObject({
        valid: false,
        refused: { code: 'invalid_key', rateLimits: [] },
      });
      expect(sent).toEqual([]);
    },
  );
});

describe('a key that was made elsewhere', () => {
  test('is asked about only where foreign secrets are taken', async () => {
    const foreign = 'acme_9f8e7d6c5b4a3928';
    const strict = verifierOf([ok]);
    expect(await strict.verify({ key: foreign })).toMatchObject({ refused: { code: 'invalid_key' } });
    expect(strict.sent).toEqual([]);
    const { verify, sent } = verifierOf([ok], { foreignSecrets: true });
    expect(await verify({ key: foreign })).toMatchObject({ valid: true });
    expect(JSON.parse(String(sent[0]?.init.body)).key).toBe(foreign);
    expect(await verify({ key: 'garbage' })).toMatchObject({ valid: false });
    expect(sent).toHaveLength(1);
  });
});

describe('a request is repeated', () => {
  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('once where it was certainly not sent: %s', async (code) => {
    const lucky = verifierOf([() => refusedConnection(code), ok]);
    expect(await lucky.verify()).toMatchObject({ valid: true });
    expect(lucky.log).toEqual([]);
    const unlucky = verifierOf([() => refusedConnection(code)]);
    expect(await unlucky.verify()).toMatchObject({ valid: false, refused: { code: 'unavailable', retryAfter: 1 } });
    expect(unlucky.sent).toHaveLength(2);
  });

  test('where each address of the host refused', async () => {
    const errors = ['::1', '127.0.0.1'].map(() => Object.assign(new Error(), { code: 'ECONNREFUSED' }));
    const { verify } = verifierOf([() => new TypeError('fetch failed', { cause: new AggregateError(errors) }), ok]);
    expect(await verify()).toMatchObject({ valid: true });
  });

  test.each([
    ['a lost connection', () => refusedConnection('ECONNRESET')],
    [
      'one of several addresses',
      () =>
        new TypeError('failed', {
          cause: new AggregateError([
            Object.assign(new Error(), { code: 'ECONNREFUSED' }),
            Object.assign(new Error(), { code: 'ECONNRESET' }),
          ]),
        }),
    ],
    ['an error without a code', () => new TypeError('failed')],
    ['a 500', problem(500)],
    ['a 503', problem(503)],
    ['a 429', problem(429)],
  ])('never else, as it may have been charged: %s', async (_, answer) => {
    const { verify, sent } = verifierOf([answer, ok]);
    expect(await verify()).toMatchObject({ valid: false, refused: { code: 'unavailable' } });
    expect(sent).toHaveLength(1);
  });
});

describe('what cannot be verified is unavailable', () => {
  test.each<[string, () => Response | Error, RegExp]>([
    [
      'an own key refused by the gateway',
      () => Response.json({ message: 'Forbidden' }, { status: 403 }),
      /own key was refused; .* \(403: Forbidden\)$/,
    ],
    ['no own key', problem(401), /own key was refused \(401: some_code/],
    ['no credits', problem(402), /has no credits \(402/],
    [
      'a bad request',
      () =>
        Response.json(
          {
            code: 'invalid_request',
            detail: '1 field is invalid',
            errors: [{ path: 'body.ip', message: 'Invalid address' }],
          },
          { status: 400 },
        ),
      /\(400: invalid_request; 1 field is invalid; body.ip: Invalid address\)$/,
    ],
    ['another place', () => new Response('<html>', { status: 404 }), /is the URL right\? \(404\)$/],
    [
      'a redirect',
      () => new Response(null, { status: 308, headers: { location: 'https://elsewhere.example' } }),
      /\(308\)$/,
    ],
    ['a page', () => new Response('<html>'), /not one of POST/],
    ['an empty object', () => Response.json({}), /not one of POST/],
    ['null', () => Response.json(null), /not one of POST/],
    ['yes without a key', () => Response.json({ ...ACCEPTED, keyId: null }), /not one of POST/],
    ['yes as text', () => Response.json({ ...ACCEPTED, valid: 'true' }), /not one of POST/],
    ['yes with a refusal', () => Response.json({ ...ACCEPTED, code: 'key_revoked' }), /not one of POST/],
    [
      'no with an unknown code',
      () => Response.json({ ...ACCEPTED, valid: false, code: 'not_found' }),
      /not one of POST/,
    ],
    [
      'limits that are none',
      () => Response.json({ ...ACCEPTED, rateLimits: [{ name: 'x', limit: '1' }] }),
      /not one of POST/,
    ],
    ['no error at all', () => undefined as unknown as Error, /Error: undefined$/],
  ])('%s', async (_, answer, line) => {
    const { verify, log } = verifierOf([answer]);
    expect(await verify()).toEqual({
      valid: false,
      refused: { code: 'unavailable', rateLimits: [], retryAfter: 1 },
      requestId: expect.any(String),
    });
    expect(log).toEqual([expect.stringMatching(line)]);
  });

  test('for as long as the service says', async () => {
    const { verify } = verifierOf([problem(429, { 'retry-after': '17' })]);
    expect(await verify()).toMatchObject({ refused: { retryAfter: 17 } });
  });

  test('after the time-out, headers or none', async () => {
    const silent = await serverOf(() => {});
    const slow = await serverOf((_, response) => response.writeHead(200).write('{'));
    for (const url of [silent, slow]) {
      const log: string[] = [];
      const verifier = createVerifier({ url, apiKey: own, timeoutMs: 100, log: (line) => log.push(line) });
      expect(await verifier.verify({ key })).toMatchObject({
        valid: false,
        refused: { code: 'unavailable', retryAfter: 1 },
      });
      expect(log).toEqual([`API keys cannot be verified at ${url}: no answer within 100 ms`]);
    }
  });

  test('and a redirect takes no key along', async () => {
    let followed = 0;
    const elsewhere = await serverOf((_, response) => {
      followed += 1;
      response.end(JSON.stringify(ACCEPTED));
    });
    const url = await serverOf((_, response) => response.writeHead(307, { location: elsewhere }).end());
    const verifier = createVerifier({ url, apiKey: own, log: () => {} });
    expect(await verifier.verify({ key })).toMatchObject({ valid: false });
    expect(followed).toBe(0);
  });
});

describe('the log', () => {
  test('hears of a failure once, and again after all went well', async () => {
    const { verify, log } = verifierOf([problem(403), problem(403), ok, problem(403)]);
    for (let call = 0; call < 4; call++) await verify();
    expect(log).toHaveLength(2);
  });

  test('hears of few failures that differ each time', async () => {
    let count = 0;
    const { verify, log } = verifierOf([() => new Error(`reason ${count++}`)]);
    for (let call = 0; call < 50; call++) await verify();
    expect(log).toHaveLength(10);
  });

  test('holds no key, whatever the service answers', async () => {
    const { verify, log } = verifierOf([problem(403), () => new Error(`cannot send ${own}`)]);
    await verify();
    await verify();
    expect(log).toHaveLength(2);
    expect(log.join()).not.toMatch(/sk_(live|test)_\w/);
  });
});

test.each<[string, object, RegExp]>([
  ['an unknown option', { timeout: 1 }, /unknown option "timeout"; there are url, apiKey/],
  ['no URL', { url: 'keys.example.com' }, /url must be an http/],
  ['another protocol', { url: 'file:///etc' }, /url must be an http/],
  ['credentials in the URL', { url: 'https://me:secret@keys.example.com' }, /without credentials/],
  ['no own key', { apiKey: undefined }, /apiKey must be a key/],
  ['a mistyped own key', { apiKey: `${own.slice(0, -1)}_` }, /apiKey must be a key/],
  ['no time', { timeoutMs: 0 }, /timeoutMs must be a whole number from 1 to 30000, given 0/],
])('%s is refused when the verifier is made, without the key in the message', (_, options, message) => {
  const make = () => createVerifier({ url: 'https://keys.example.com', apiKey: own, ...options } as VerifierOptions);
  expect(make).toThrow(message);
  expect(make).not.toThrow(own.slice(8, 20));
});
