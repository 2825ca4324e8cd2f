import { expect, test } from 'vitest';
import { PLANS } from '../../../lib/accounts/plans.ts';
import { placeholdersOf } from '../../../web/src/pages/keys/placeholders.ts';

test.each([
  [undefined, { perMinute: 'as the plan', perDay: 'as the plan', expiresInDays: 'as the plan' }],
  ['free', { perMinute: 'plan: 600 a minute', perDay: 'plan: 50K a month', expiresInDays: 'plan: 365' }],
  ['scale', { perMinute: 'plan: 30K a minute', perDay: 'no limit', expiresInDays: 'no end' }],
] as const)('what a key of plan %s gets where nothing is typed is told by number', (name, expected) => {
  expect(placeholdersOf(name && (PLANS[name] as never))).toEqual(expected);
});
