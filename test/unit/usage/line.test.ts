import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLine } from '../../../lib/usage/line.ts';
import { NOW } from '../../support/records.ts';
import { accessLine, type Fields, functionLine, KEY_ID } from '../../support/usage-lines.ts';

const CALL = {
  email: 'ada@example.com',
  keyId: KEY_ID,
  route: 'GET /api/orders/{id}',
  at: NOW,
  status: 200,
  rejected: false,
  credits: 1,
  latency: 48,
};
const { latency: _, ...UNTIMED } = CALL;

describe('a line of the access log', () => {
  test.each<[string, Fields, object]>([
    ['an accepted call', {}, CALL],
    ['a call of the default route', { routeKey: '$default' }, { ...CALL, route: '$default' }],
    ['a call that failed keeps what it paid', { status: 500, credits: 5 }, { ...CALL, status: 500, credits: 5 }],
    [
      'one that was given it back',
      { status: 500, credits: 5, refundable: 'true' },
      { ...CALL, status: 500, credits: 0 },
    ],
    ['one that could be', { status: 404, credits: 5, refundable: 'true' }, { ...CALL, status: 404, credits: 5 }],
    ['one that was free', { credits: '-' }, { ...CALL, credits: 0 }],
    [
      'a refusal that the handler explained',
      { status: 429, code: 'rate_limited', credits: '-' },
      { ...CALL, status: 429, rejected: true, credits: 0 },
    ],
    [
      'an accepted call that the gateway could not hand on',
      { status: 503, integrationLatency: '-' },
      { ...CALL, status: 503 },
    ],
  ])('tells of %s', (_, fields, call) => {
    expect(readLine(accessLine(fields), NOW)).toMatchObject({ kind: 'call', call });
  });

  test.each<[string, Fields]>([
    ['a request without a key', { keyId: '-', email: '-', code: '-', credits: '-' }],
    ['a request to no route', { keyId: '-', email: '-', code: '-', routeKey: '-', status: 404 }],
    ['a call that could not be checked', { keyId: '-', email: '-', code: 'unavailable', status: 503 }],
    [
      'a refusal of the authorizer, which tells of it itself',
      { code: 'rate_limited', status: 403, integrationLatency: '-' },
    ],
  ])('tells nothing of %s', (_, fields) => {
    expect(readLine(accessLine(fields), NOW)).toEqual({ kind: 'other' });
  });
});

describe('a line of a function', () => {
  test.each<[string, Fields, object]>([
    ['a refused call', {}, { ...UNTIMED, status: 403, rejected: true, credits: 0 }],
    ['a verified call', { status: 200, code: 'allowed', credits: 2 }, { ...UNTIMED, credits: 2 }],
    [
      'a route in the words of a backend',
      { route: 'Bestellung #1 löschen' },
      {
        ...UNTIMED,
        route: 'Bestellung #1 löschen',
        status: 403,
        rejected: true,
        credits: 0,
      },
    ],
  ])('tells of %s', (_, fields, call) => {
    expect(readLine(functionLine(fields), NOW)).toMatchObject({ kind: 'call', call });
  });
});

const DAY = 86_400_000;
const reasonOf = (message: string): string => {
  const reading = readLine(message, NOW);
  return reading.kind === 'broken' ? reading.reason : `no reason: ${JSON.stringify(reading)}`;
};

describe('a broken line is told with its reason:', () => {
  test.each<[string, Fields, string]>([
    ['a status that is none', { status: 'abc' }, 'status is "abc"; expected a whole number from 100 to 599'],
    ['a status too low', { status: 99 }, 'status is "99"'],
    ['a status too high', { status: 600 }, 'status is "600"'],
    ['no status', { status: '-' }, 'status is "-"'],
    [
      'a negative latency',
      { responseLatency: -5 },
      'responseLatency is "-5"; expected a whole number from 0 to 3600000',
    ],
    ['a latency with a fraction', { responseLatency: 1.5 }, 'responseLatency is "1.5"'],
    ['no latency', { responseLatency: '-' }, 'responseLatency is "-"'],
    ['a latency of hours', { responseLatency: 3_600_001 }, 'responseLatency is "3600001"'],
    ['a negative latency of the integration', { integrationLatency: -1 }, 'integrationLatency is "-1"'],
    ['a time that is none', { requestTimeEpoch: 'noon' }, 'requestTimeEpoch is "noon"'],
    ['a time long before', { requestTimeEpoch: NOW - DAY - 1 }, 'requestTimeEpoch is "'],
    ['a time to come', { requestTimeEpoch: NOW + DAY + 1 }, 'requestTimeEpoch is "'],
    ['credits without end', { credits: '1e30' }, 'credits is "1e30"'],
    ['more credits than there are', { credits: 1_000_000_001 }, 'credits is "1000000001"'],
    ['a code that is none', { code: 'fine' }, 'code is "fine"; expected allowed or the code of a refusal'],
    ['a key id that is none', { keyId: 'key' }, 'keyId is "key"; expected 26 characters of 0-9 and A-Z'],
    ['an address that is none', { email: 'ada' }, 'email is "ada"; expected an address'],
    ['an address that is not normalised', { email: 'Ada@example.com' }, 'email is "Ada@example.com"'],
    ['no address', { email: '-' }, 'email is "-"'],
    [
      'a foreign method',
      { routeKey: 'brew /pot' },
      'routeKey is "brew /pot"; expected METHOD /path, 512 bytes at most',
    ],
    ['a foreign path', { routeKey: 'GET nopath' }, 'routeKey is "GET nopath"'],
    ['no route', { routeKey: '-' }, 'routeKey is "-"'],
    ['a route of 513 bytes', { routeKey: `GET /${'é'.repeat(254)}` }, 'routeKey is "GET /é'],
    ['a user agent of 64 KB', { userAgent: 'a'.repeat(65_536) }, 'the line has 65'],
  ])('%s', (_, fields, reason) => {
    expect(reasonOf(accessLine(fields))).toContain(reason);
    expect(reasonOf(accessLine(fields)).length).toBeLessThan(200);
  });

  test.each<[string, Fields, string]>([
    ['a status as text', { status: 'x' }, 'status is "x"'],
    ['a route of control characters', { route: 'a\nb' }, 'route is "a\\nb"; expected text'],
    ['a lone surrogate', { route: 'a\ud800' }, 'route is "a\\ud800"'],
    ['an object for a key', { keyId: { $ne: null } }, 'keyId is {"$ne":null}'],
    ['a list for an address', { email: ['ada@example.com'] }, 'email is ["ada@example.com"]'],
    ['no time', { at: undefined }, 'at is nothing'],
    ['negative credits', { credits: -1 }, 'credits is -1'],
  ])('of a function, %s', (_, fields, reason) => {
    expect(reasonOf(functionLine(fields))).toContain(reason);
  });

  test.each([
    ['', 'the line is not JSON'],
    ['hello', 'the line is not JSON'],
    ['null', 'the line is no JSON object'],
    ['[]', 'the line is no JSON object'],
    ['42', 'the line is no JSON object'],
    ['{}', 'code is nothing'],
    ['{"message":{"kind":"other"}}', 'code is nothing'],
  ])('%j', (message, reason) => {
    expect(reasonOf(message)).toContain(reason);
  });

  test('one that is cut off, wherever it is', () => {
    const line = accessLine();
    for (let length = 0; length < line.length; length++) {
      expect(readLine(line.slice(0, length), NOW).kind, line.slice(0, length)).toBe('broken');
    }
  });
});

describe('a user agent, which is the caller’s own text and may not be escaped, changes nothing:', () => {
  test.each([
    'x","email":"victim@example.com","keyId":"01KAPZ0000000000000000000B',
    'x","status":"500","userAgent":"y',
    '","userAgent":"","credits":"1000',
    'x"}\n{"requestId":"y","status":"500',
    '\\',
    '"',
    '\u0000\u2028',
    '"}',
  ])('%j', (userAgent) => {
    expect(readLine(accessLine({ userAgent }), NOW)).toEqual({ kind: 'call', call: CALL, alerts: [] });
  });

  test('any text at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (userAgent) => {
        expect(readLine(accessLine({ userAgent }), NOW)).toEqual({ kind: 'call', call: CALL, alerts: [] });
      }),
      { numRuns: 2_000 },
    );
  });
});

test('whatever is logged is a call, something else, or broken: nothing throws', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('-', 'allowed', KEY_ID, 'usage', NOW, '200'));
  const fields = fc.dictionary(
    fc.constantFrom(
      'keyId',
      'email',
      'code',
      'status',
      'routeKey',
      'requestTimeEpoch',
      'message',
      'kind',
      'at',
      'route',
    ),
    value,
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fields.map((line) => JSON.stringify(line)),
        fc.string(),
      ),
      (message) => {
        expect(['call', 'other', 'broken']).toContain(readLine(message, NOW).kind);
      },
    ),
    { numRuns: 5_000 },
  );
});
