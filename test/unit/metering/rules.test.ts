import { describe, expect, test } from 'vitest';
import type { HotItem } from '../../../lib/accounts/account.ts';
import type { KeyRecord } from '../../../lib/keys/key.ts';
import { type Call, DEFAULT_TERMS, type RouteTerms } from '../../../lib/metering/call.ts';
import { decide } from '../../../lib/metering/decide.ts';
import { RULES } from '../../../lib/metering/rules.ts';
import type { Refusal } from '../../../lib/metering/verdict.ts';
import { accountWith, callWith, keyWith, NOW } from '../../support/records.ts';

const counter = (number: number): string => number.toString(36);
const DAY = counter(Math.floor(NOW / 86_400_000));
const MINUTE = counter(NOW / 60_000);
const TEN_SECONDS = counter(NOW / 10_000);
const MONTH = counter(2026 * 12 + 10);

const terms = (fields: Partial<RouteTerms>): { terms: RouteTerms } => ({ terms: { ...DEFAULT_TERMS, ...fields } });
const key = (fields: Partial<KeyRecord>) => ({ key: keyWith(fields) });
const used = (item: HotItem) => ({ account: accountWith({ v: 1, k0: 1, n0: 0, ...item }) });
const OWN = key({ rateLimits: [{ name: 'own', limit: 2, windowSeconds: 10 }] });
const DAILY = key({ quota: { limit: 3, period: 'day' } });

test('the rules are judged in this order: a caller hears of the first that refuses', () => {
  expect(RULES.map(({ name }) => name)).toEqual([
    'revoked',
    'disabled',
    'expired',
    'suspended',
    'ip',
    'scope',
    'environment',
    'rate',
    'quota',
    'daily_credits',
    'credits',
  ]);
});

test('keys of both environments are let in, at a cost of 1 and without any scope, where nothing was declared', () => {
  expect(DEFAULT_TERMS).toEqual({ cost: 1, scopes: [], environments: ['live', 'test'] });
  for (const environment of ['live', 'test'] as const) {
    expect(decide(callWith(key({ environment }))).kind).toBe('allow');
  }
});

describe('each rule alone refuses', () => {
  test.each<[string, Partial<Call>, string, Refusal]>([
    ['a suspended account', used({ s: 1 }), 'suspended', { code: 'account_suspended' }],
    ['another address', key({ allowedIps: ['192.0.2.2'] }), 'ip', { code: 'ip_denied' }],
    ['an unknown address', { ip: '', ...key({ allowedIps: ['0.0.0.0/0', '::/0'] }) }, 'ip', { code: 'ip_denied' }],
    [
      'a scope not granted',
      terms({ scopes: ['orders:read'] }),
      'scope',
      { code: 'scope_denied', missingScopes: ['orders:read'] },
    ],
    [
      'one of two scopes not granted',
      { ...key({ scopes: ['orders:*'] }), ...terms({ scopes: ['orders:read', 'users:read'] }) },
      'scope',
      { code: 'scope_denied', missingScopes: ['users:read'] },
    ],
    [
      'a test key where only live ones are let in',
      { ...key({ environment: 'test' }), ...terms({ environments: ['live'] }) },
      'environment',
      { code: 'environment_denied' },
    ],
    ['calls above the plan’s rate', used({ [`P0${MINUTE}`]: 600 }), 'rate', { code: 'rate_limited', retryAfter: 61 }],
    [
      'calls above the key’s own rate',
      { ...OWN, ...used({ [`W00${TEN_SECONDS}`]: 2 }) },
      'rate',
      { code: 'rate_limited', retryAfter: 15 },
    ],
    [
      'a cost that the window no longer holds',
      { ...terms({ cost: 5 }), ...used({ [`P0${MINUTE}`]: 596 }) },
      'rate',
      { code: 'rate_limited', retryAfter: 61 },
    ],
    ['a cost larger than the limit, for ever', terms({ cost: 601 }), 'rate', { code: 'rate_limited' }],
    [
      'calls above a limit that was lowered below the count',
      { ...OWN, ...used({ [`W00${TEN_SECONDS}`]: 8 }) },
      'rate',
      { code: 'rate_limited', retryAfter: 19 },
    ],
    [
      'provisionally, where the last window was seen before its end',
      { seenAt: NOW - 1 },
      'rate',
      { code: 'rate_limited', retryAfter: 1, provisional: true },
    ],
    [
      'calls above the plan’s month',
      used({ [`Rm${MONTH}`]: 50_000 }),
      'quota',
      { code: 'quota_exceeded', retryAfter: 648_000 },
    ],
    [
      'calls above the key’s day',
      { ...DAILY, ...used({ [`Q0d${DAY}`]: 3 }) },
      'quota',
      { code: 'quota_exceeded', retryAfter: 43_200 },
    ],
    [
      'a cost above both balances',
      { ...terms({ cost: 7 }), ...used({ [`I0${MONTH}`]: 9_999, c: 5 }) },
      'credits',
      { code: 'insufficient_credits' },
    ],
  ])('%s', (_, fields, rule, refusal) => {
    const call = callWith(fields);
    expect(decide(call)).toEqual({ kind: 'deny', rule, refusal });
    const others = RULES.filter(({ name }) => name !== rule);
    expect(decide(call, others).kind).toBe('allow');
  });
});

describe('what just fits is allowed', () => {
  test.each<[string, Partial<Call>]>([
    ['an address of a block', key({ allowedIps: ['192.0.2.0/24'] })],
    ['the scope that is granted', { ...key({ scopes: ['orders:*'] }), ...terms({ scopes: ['orders:read'] }) }],
    ['the last call of the plan’s window', used({ [`P0${MINUTE}`]: 599 })],
    ['the last call of the key’s window', { ...OWN, ...used({ [`W00${TEN_SECONDS}`]: 1 }) }],
    ['a cost that fills the window', { ...terms({ cost: 4 }), ...used({ [`P0${MINUTE}`]: 596 }) }],
    ['the last call of the month', used({ [`Rm${MONTH}`]: 49_999 })],
    ['the last call of the day', { ...DAILY, ...used({ [`Q0d${DAY}`]: 2 }) }],
    ['a cost of all credits', { ...terms({ cost: 6 }), ...used({ [`I0${MONTH}`]: 9_999, c: 5 }) }],
  ])('%s', (_, fields) => {
    expect(decide(callWith(fields)).kind).toBe('allow');
  });
});

test.each<[string, number, number]>([
  ['a millisecond into the month’s last second', Date.UTC(2026, 10, 30, 23, 59, 59, 1), 1],
  ['a millisecond before it', Date.UTC(2026, 10, 30, 23, 59, 58, 999), 2],
  ['as 29 February begins', Date.UTC(2028, 1, 29), 86_400],
  ['as 28 February of a leap year begins', Date.UTC(2028, 1, 28), 172_800],
  ['as 28 February of another year begins', Date.UTC(2027, 1, 28), 86_400],
  ['in the last second of a year', Date.UTC(2026, 11, 31, 23, 59, 59), 1],
])('a month’s quota ends to the second, %s', (_, now, retryAfter) => {
  const date = new Date(now);
  const month = `Rm${counter(date.getUTCFullYear() * 12 + date.getUTCMonth())}`;
  const at = (moment: number) => decide(callWith({ now: moment, seenAt: moment, ...used({ [month]: 50_000 }) }));
  expect(at(now)).toEqual({ kind: 'deny', rule: 'quota', refusal: { code: 'quota_exceeded', retryAfter } });
  expect(at(now + retryAfter * 1_000).kind).toBe('allow');
});

describe('charges', () => {
  const chargesOf = (fields: Partial<Call>, prefixes: RegExp) => {
    const decision = decide(callWith(fields));
    return decision.kind === 'allow' ? decision.charges.filter(({ attribute }) => prefixes.test(attribute)) : decision;
  };
  const included = (amount: number) => ({ kind: 'add', attribute: `I0${MONTH}`, amount, atMost: 10_000 });

  test.each([
    ['included credits first', 1, { c: 5 }, [included(1)]],
    [
      'the rest from purchased ones',
      3,
      { [`I0${MONTH}`]: 9_999, c: 5 },
      [included(1), { kind: 'take', attribute: 'c', amount: 2 }],
    ],
    [
      'purchased ones alone, when no other is left',
      2,
      { [`I0${MONTH}`]: 10_000, c: 5 },
      [{ kind: 'take', attribute: 'c', amount: 2 }],
    ],
    ['nothing for a cost of 0, with no credit left', 0, { [`I0${MONTH}`]: 10_000 }, []],
  ])('take %s', (_, cost, item, charges) => {
    expect(chargesOf({ ...terms({ cost }), ...used(item) }, /^(I0|c$)/)).toEqual(charges);
  });

  test.each([
    { cost: 0, weight: 1 },
    { cost: 1, weight: 1 },
    { cost: 5, weight: 5 },
  ])('a cost of $cost weighs $weight in a window, and 1 in a quota', ({ cost, weight }) => {
    expect(chargesOf(terms({ cost }), /^[PR]/)).toEqual([
      { kind: 'add', attribute: `P0${MINUTE}`, amount: weight, atMost: 600 },
      { kind: 'add', attribute: `Rm${MONTH}`, amount: 1, atMost: 50_000 },
    ]);
  });

  test('go to no slot for a key that left its own', () => {
    const call = callWith(
      key({
        slot: null,
        rateLimits: [{ name: 'own', limit: 1, windowSeconds: 10 }],
        quota: { limit: 1, period: 'day' },
      }),
    );
    const others = RULES.filter(({ name }) => name !== 'revoked');
    expect(decide(call, others)).toMatchObject({
      kind: 'allow',
      charges: [{ attribute: `P0${MINUTE}` }, { attribute: `Rm${MONTH}` }, { attribute: `I0${MONTH}` }],
    });
  });

  test('clear the counters that no later moment looks at, and no other', () => {
    const minutes = [1, 2, 3].map((ago) => `P0${counter(NOW / 60_000 - ago)}`);
    const [last, before] = [counter(2026 * 12 + 9), counter(2026 * 12 + 8)];
    // What the last month came to, the ledger still reads.
    const kept = `I0${last}`;
    const months = [`Rm${last}`, `I0${before}`];
    const item = Object.fromEntries([...minutes, ...months, kept].map((name) => [name, 1]));
    const decision = decide(callWith(used(item)));
    const removed = decision.kind === 'allow' && decision.charges.filter(({ kind }) => kind === 'remove');
    expect(removed).toEqual([...minutes.slice(1), ...months].map((attribute) => ({ kind: 'remove', attribute })));
  });
});
