import { describe, expect, test } from 'vitest';
import { plans } from '../../infra/plans.ts';
import { PLANS } from '../../lib/accounts/plans.ts';
import { ENV } from '../../lib/env.ts';
import { settingsWith } from './support/settings.ts';
import { makeApp, serviceFunctions, type templateOf, templateWith } from './support/synthesis.ts';

const ONE = {
  keys: 2,
  keyLifetimeDays: null,
  rateLimits: [],
  quota: null,
  includedCredits: 0,
};

/** A plan as `cdk.json` has it: it is named by its place. */
const unnamed = ({ name: _, ...plan }: { name: string }) => plan;

describe('plans in cdk.json', () => {
  test('can be those that are shipped, to the letter', () => {
    const written = Object.fromEntries(Object.entries(PLANS).map(([name, plan]) => [name, unnamed(plan)]));
    expect(plans.parse(written)).toEqual(PLANS);
  });

  test.each<[string, object, string]>([
    ['no plan', {}, 'at least one'],
    ['a name that is none', { 'Gold Plan': ONE }, 'Gold Plan'],
    ['more keys than an account has slots for', { one: { ...ONE, keys: 51 } }, 'keys'],
    ['a word that is none of theirs', { one: { ...ONE, credits: 5 } }, 'credits'],
    ['a missing limit', { one: { ...ONE, quota: undefined } }, 'quota'],
    [
      'a currency that is none',
      { one: { ...ONE, packs: [{ name: 'p', credits: 1, price: { amount: 1, currency: '$' } }] } },
      'currency',
    ],
    [
      'packs of one name',
      {
        one: {
          ...ONE,
          packs: [1, 2].map((credits) => ({ name: 'p', credits, price: { amount: 1, currency: 'usd' } })),
        },
      },
      'packs',
    ],
    ['more than fits', Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`plan-${n}`, ONE])), '3000 bytes'],
  ])('cannot have %s', (_, given, told) => {
    expect(() => makeApp({ stages: settingsWith({ plans: given }) })).toThrow(told);
  });

  test('are told to every function that judges by them, and only if they are not those shipped', () => {
    const given = (template: ReturnType<typeof templateOf>) =>
      serviceFunctions(template).map(({ Properties }) => Properties.Environment?.Variables?.[ENV.plans]);
    expect(given(templateWith()).filter(Boolean)).toEqual([]);
    const own = given(templateWith({ stages: settingsWith({ plans: { one: ONE } }) }));
    expect(own.map((text) => text && JSON.parse(text).one.name)).toEqual(own.map(() => 'one'));
  });
});
