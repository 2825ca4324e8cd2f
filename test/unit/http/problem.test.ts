import { expect, test } from 'vitest';
import { invalidRequest, PROBLEMS, Problem, type ProblemCode, problemResponse } from '../../../lib/http/problem.ts';

test.each(Object.entries(PROBLEMS))('%s is answered as RFC 9457 says', (code, { status, title }) => {
  const { statusCode, headers, body } = problemResponse(new Problem(code as ProblemCode, 'why'), 'r1');
  expect(statusCode).toBe(status);
  expect(headers).toEqual({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  expect(JSON.parse(body ?? '')).toEqual({
    type: `urn:sensei-keys:problem:${code}`,
    title,
    status,
    detail: 'why',
    code,
    requestId: 'r1',
  });
});

test.each([
  [1, '1 field is invalid'],
  [2, '2 fields are invalid'],
])('an invalid request lists each of %i failing fields', (count, detail) => {
  const errors = Array.from({ length: count }, (_, index) => ({ path: `f${index}`, message: 'Invalid' }));
  const { body } = problemResponse(invalidRequest(errors), 'r1');
  expect(JSON.parse(body ?? '')).toMatchObject({ status: 400, code: 'invalid_request', detail, errors });
});

test('a problem keeps its cause from the caller, and adds its headers', () => {
  const problem = new Problem('unavailable', 'later', { cause: new Error('inside'), headers: { 'retry-after': '1' } });
  const { headers, body } = problemResponse(problem, 'r1');
  expect(headers).toMatchObject({ 'retry-after': '1' });
  expect(body).not.toContain('inside');
  expect(problem.cause).toBeInstanceOf(Error);
});
