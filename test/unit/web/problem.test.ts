import { expect, test } from 'vitest';
import { ApiError, isConflict, type Problem } from '../../../web/src/api/problem.ts';

const problem = (status: number, detail: string, errors?: Problem['errors']) =>
  ({ status, detail, code: 'conflict', type: '', title: '', requestId: 'r1', ...(errors && { errors }) }) as Problem;

test('an error tells which fields are wrong, for forms that have no place for them', () => {
  const errors = [{ path: 'amount', message: 'Invalid amount: expected a whole number' }];
  expect(new ApiError(400, problem(400, '1 field is invalid', errors), null).message).toBe(
    '1 field is invalid\namount: Invalid amount: expected a whole number',
  );
  expect(new ApiError(502, undefined, null).message).toBe('The service answered 502');
});

test('only what was changed meanwhile can be read again: other refusals of a change say what they are', () => {
  expect(isConflict(new ApiError(409, problem(409, 'Key K was changed meanwhile'), '"7"'))).toBe(true);
  expect(isConflict(new ApiError(409, problem(409, 'Key K has 5 secrets in use'), null))).toBe(false);
});
