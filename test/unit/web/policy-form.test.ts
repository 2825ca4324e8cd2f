import { describe, expect, test } from 'vitest';
import type { Key } from '../../../web/src/api/queries.ts';
import {
  EMPTY_FORM,
  editOf,
  fieldOf,
  formErrors,
  formOf,
  newKeyOf,
  rebased,
} from '../../../web/src/pages/keys/policy-form.ts';

const KEY: Key = {
  keyId: '01KAPZ0000000000000000000A',
  name: 'shop',
  hint: 'sk_live_AbCd…wXyZ',
  environment: 'live',
  status: 'active',
  scopes: ['orders:read'],
  allowedIps: [],
  rateLimits: [
    { name: 'burst', limit: 5, windowSeconds: 1 },
    { name: 'own', limit: 60, windowSeconds: 60 },
  ],
  quota: null,
  dailyCredits: null,
  createdAt: '2026-11-23T12:00:00.000Z',
  expiresAt: null,
  rotateBy: null,
  lastUsedAt: null,
  totalRequests: 0,
  version: 1,
  secrets: [],
};

describe('an edit', () => {
  test('of nothing sends nothing', () => {
    expect(editOf(KEY, formOf(KEY))).toEqual({});
  });

  test('sends what was changed and no more', () => {
    expect(editOf(KEY, { ...formOf(KEY), name: ' new ', scopes: 'a:b, c:d\n' })).toEqual({
      name: 'new',
      scopes: ['a:b', 'c:d'],
    });
  });

  test('keeps the limits that the form has no place for', () => {
    expect(editOf(KEY, { ...formOf(KEY), perMinute: '90' })).toEqual({
      rateLimits: [
        { name: 'burst', limit: 5, windowSeconds: 1 },
        { name: 'own', limit: 90, windowSeconds: 60 },
      ],
    });
    expect(editOf(KEY, { ...formOf(KEY), perMinute: '' }).rateLimits).toHaveLength(1);
  });

  test('of a limit by the minute keeps its name, and another of the same window', () => {
    const rateLimits = [
      { name: 'steady', limit: 60, windowSeconds: 60 },
      { name: 'other', limit: 80, windowSeconds: 60 },
    ];
    const key = { ...KEY, rateLimits };
    expect(editOf(key, { ...formOf(key), perMinute: '50' }).rateLimits?.toSorted((a, b) => a.limit - b.limit)).toEqual([
      { name: 'steady', limit: 50, windowSeconds: 60 },
      { name: 'other', limit: 80, windowSeconds: 60 },
    ]);
  });

  test('on top of what others have changed leaves theirs as it is', () => {
    const now = { ...KEY, version: 2, scopes: ['orders:write'], dailyCredits: 7 };
    const form = rebased({ ...formOf(KEY), name: 'mine' }, KEY, now);
    expect(editOf(now, form)).toEqual({ name: 'mine' });
  });
});

test('a new key that says nothing asks for what the plan gives', () => {
  expect(newKeyOf('ada@example.com', EMPTY_FORM)).toEqual({
    email: 'ada@example.com',
    environment: 'live',
    scopes: [],
    allowedIps: [],
    rateLimits: [],
    quota: null,
    dailyCredits: null,
  });
});

test.each([
  ['rateLimits[0].limit', 'perMinute'],
  ['quota.limit', 'perDay'],
  ['allowedIps[1]', 'allowedIps'],
  ['name', 'name'],
])('an error of %s is shown at %s', (path, field) => {
  expect(fieldOf(path)).toBe(field);
});

test('errors are at their fields, or all together where the form has no place for one', () => {
  expect(formErrors({ 'quota.limit': 'too much', name: 'too long' })).toEqual({ perDay: 'too much', name: 'too long' });
  expect(formErrors({ 'quota.limit': 'too much', 'headers.if-match': 'none' })).toEqual({});
});
