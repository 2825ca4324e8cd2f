import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../support/records.ts';
import { expectDocumented } from './support/documented.ts';

const KEY = {
  keyId: '01KAPZ00000000000000000000',
  ...DEFAULT_POLICY,
  hint: 'sk_live_AbCd…wXyZ',
  status: 'active',
  dailyCredits: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  expiresAt: null,
  rotateBy: null,
  lastUsedAt: null,
  totalRequests: 0,
  version: 7,
  secrets: [],
};
const { version, ...UNVERSIONED } = KEY;
const PROBLEM = {
  type: 'urn:sensei-keys:problem:conflict',
  title: 'Conflict',
  status: 409,
  detail: 'The account was changed by others at the same time; try again',
  code: 'conflict',
  requestId: 'l8UeD+keHP5co9A=',
};
const UNAUTHORIZED = { message: 'Unauthorized' };
const PATCH = 'PATCH /api/user/key/ada%40example.com/01KAPZ00000000000000000000';
const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** Judges an answer of which only status, body and headers matter. */
const judge = (target: string, status: number, json: object, headers: Record<string, string>) => () =>
  expectDocumented(target, { status, json, text: JSON.stringify(json), headers: new Headers(headers) });

describe('each answer that a test gets of the API is held against docs/openapi.json', () => {
  test.each<[string, string, number, object, Record<string, string>]>([
    ['a key', PATCH, 200, KEY, { 'content-type': JSON_TYPE, etag: '"7"' }],
    ['a problem', PATCH, 409, PROBLEM, { 'content-type': PROBLEM_TYPE, etag: '"7"' }],
    ['a problem with a wait', PATCH, 503, PROBLEM, { 'content-type': PROBLEM_TYPE, 'retry-after': '1' }],
    ['a word of the gateway', PATCH, 401, UNAUTHORIZED, { 'content-type': JSON_TYPE, 'www-authenticate': 'Bearer' }],
    ['what no operation answers', 'GET /orders', 200, {}, { 'content-type': 'text/html' }],
    ['another method', `PUT ${PATCH.slice(6)}`, 404, {}, { 'content-type': JSON_TYPE }],
  ])('%s is as documented', (_, target, status, json, headers) => {
    expect(judge(target, status, json, headers)).not.toThrow();
  });

  test.each<[string, number, object, Record<string, string>, string]>([
    ['a field that is not described', 200, { ...KEY, slot: '0' }, { etag: '"7"' }, '"additionalProperty":"slot"'],
    ['a field less', 200, UNVERSIONED, { etag: '"7"' }, '"missingProperty":"version"'],
    ['a time that is none', 200, { ...KEY, createdAt: 1 }, { etag: '"7"' }, '/createdAt must be string'],
    ['another value', 200, { ...KEY, status: 'gone' }, { etag: '"7"' }, '/status must be equal to one of'],
    ['a required header less', 200, KEY, {}, 'ETag is missing'],
    ['a header that is not described', 200, KEY, { etag: '"7"', 'retry-after': '1' }, 'Retry-After is not described'],
    ['a wait that is no number', 503, PROBLEM, { 'content-type': PROBLEM_TYPE, 'retry-after': 'soon' }, 'Retry-After'],
    ['another media type', 200, KEY, { 'content-type': 'text/plain', etag: '"7"' }, 'its media type is text/plain'],
    ['an unknown code', 409, { ...PROBLEM, code: 'nope' }, { 'content-type': PROBLEM_TYPE }, '/code must be equal'],
    ['a problem as success', 200, PROBLEM, { 'content-type': PROBLEM_TYPE, etag: '"7"' }, 'its media type is'],
    ['a problem where the gateway speaks', 401, PROBLEM, { 'content-type': PROBLEM_TYPE }, 'its media type is'],
  ])('%s is told', (_, status, json, headers, message) => {
    expect(judge(PATCH, status, json, { 'content-type': JSON_TYPE, ...headers })).toThrow(message);
  });
});
