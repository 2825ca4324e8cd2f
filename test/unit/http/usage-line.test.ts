import { expect, test } from 'vitest';
import { type AuthorizerEvent, refusedLine } from '../../../lib/http/authorizer.ts';
import { verifiedStatus } from '../../../lib/http/verification.ts';
import type { Verdict } from '../../../lib/metering/verdict.ts';
import { readLine } from '../../../lib/usage/line.ts';
import { usageLine } from '../../../lib/usage/usage-line.ts';
import { keyWith, NOW, STANDING } from '../../support/records.ts';

const key = keyWith();
const known = { key, standing: STANDING };
const payment = { id: 'abcd1', included: 2, month: 'I0iu', purchased: 1 };
const allowed: Verdict = { allowed: true, ...known, payment };
const refused: Verdict = { allowed: false, refusal: { code: 'rate_limited', retryAfter: 7 }, ...known };
const unknown: Verdict = { allowed: false, refusal: { code: 'invalid_key' } };

const V2 = {
  version: '2.0',
  routeKey: 'GET /api/orders/{id}',
  requestContext: { requestId: 'id', timeEpoch: NOW, http: { sourceIp: '192.0.2.7' } },
} as unknown as AuthorizerEvent;
const V1 = {
  type: 'REQUEST',
  httpMethod: 'GET',
  resource: '/api/orders/{id}',
  requestContext: { requestId: 'id', requestTimeEpoch: NOW, identity: { sourceIp: '192.0.2.7' } },
} as unknown as AuthorizerEvent;

const LINE = {
  kind: 'usage',
  requestId: 'id',
  at: NOW,
  route: 'GET /api/orders/{id}',
  ip: '192.0.2.7',
  status: 403,
  keyId: key.keyId,
  email: key.email,
  code: 'rate_limited',
  credits: 0,
};

test.each([
  ['payload 2.0', V2],
  ['payload 1.0', V1],
])('the authorizer tells of a call of %s that it ends', (_, event) => {
  expect(refusedLine(event, refused, false)).toEqual(LINE);
});

test.each<[string, Verdict, boolean]>([
  ['that goes on to the handler', allowed, false],
  ['whose refusal the handler explains', refused, true],
  ['without a known key', unknown, false],
  ['without a known key on an explained route', unknown, true],
])('it tells nothing of a call %s', (_, verdict, explained) => {
  expect(refusedLine(V2, verdict, explained)).toBeUndefined();
});

test('an event without a time gives a line that is set aside, and nothing that throws', () => {
  const line = refusedLine({ version: '2.0' } as unknown as AuthorizerEvent, refused, false);
  expect(readLine(JSON.stringify({ message: line }), NOW)).toMatchObject({ kind: 'broken' });
});

test('a verified call tells what it paid', () => {
  const call = { requestId: 'id', at: NOW, route: 'GET /orders', ip: '', status: 200 };
  expect(usageLine(allowed, call)).toMatchObject({ ...call, code: 'allowed', credits: 3 });
  expect(usageLine(unknown, call)).toBeUndefined();
});

test('the recorder reads what is told', () => {
  const message = JSON.stringify({ timestamp: 'T', level: 'INFO', message: refusedLine(V2, refused, false) });
  expect(readLine(message, NOW)).toMatchObject({ kind: 'call', call: { status: 403, rejected: true, at: NOW } });
});

test.each([
  [200, allowed],
  [429, refused],
  [401, unknown],
])('a backend that follows a verdict answers %i', (status, verdict) => {
  expect(verifiedStatus(verdict)).toBe(status);
});
