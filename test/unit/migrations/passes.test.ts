import { describe, expect, test } from 'vitest';
import { MIGRATIONS } from '../../../migrations/index.ts';
import type { Direction } from '../../../migrations/migration.ts';
import {
  amiss,
  beginning,
  following,
  type PassName,
  type Standing,
  stepsTo,
} from '../../../migrations/runner/passes.ts';

describe('where a run begins', () => {
  test.each<[Direction, Standing | undefined, PassName, boolean]>([
    ['up', undefined, 'up', false],
    ['up', 'up', 'up', true],
    ['up', 'verifyUp', 'verifyUp', true],
    ['up', 'done', 'verifyUp', false],
    ['up', 'down', 'up', false],
    ['up', 'verifyDown', 'up', false],
    ['down', 'done', 'down', false],
    ['down', 'up', 'down', false],
    ['down', 'down', 'down', true],
    ['down', 'verifyDown', 'verifyDown', true],
  ])('%s from %s: %s', (direction, pass, expected, isResumed) => {
    const standing = pass && { pass, round: 2 };
    expect(beginning(direction, standing)).toEqual({ pass: expected, round: isResumed ? 2 : 1, isResumed });
  });
});

describe('what follows a pass', () => {
  test.each<[PassName, number, boolean, unknown]>([
    ['up', 1, true, { pass: 'verifyUp', round: 1 }],
    ['down', 2, true, { pass: 'verifyDown', round: 2 }],
    ['verifyUp', 1, true, 'done'],
    ['verifyUp', 1, false, { pass: 'up', round: 2 }],
    ['verifyDown', 2, false, { pass: 'down', round: 3 }],
    ['verifyUp', 3, false, 'failed'],
    ['verifyDown', 3, true, 'done'],
  ])('%s in round %i, right: %s', (pass, round, isRight, expected) => {
    expect(following({ pass, round }, isRight)).toEqual(expected);
  });
});

test('the way to a level goes down from the last, then up from the first', () => {
  const [first] = MIGRATIONS;
  if (!first) return expect.fail();
  const all = [1, 2, 3].map((id) => ({ ...first, id }));
  const way = (target: number, ...begun: number[]) =>
    stepsTo(all, new Map(begun.map((id) => [id, 'done'])), target).map(
      ({ migration, direction }) => `${direction} ${migration.id}`,
    );
  expect(way(3)).toEqual(['up 1', 'up 2', 'up 3']);
  expect(way(1, 1, 2, 3)).toEqual(['down 3', 'down 2', 'up 1']);
  expect(way(0, 2)).toEqual(['down 2']);
  expect(way(0)).toEqual([]);
});

test('a verification is right only if all that must be 0 is', () => {
  const [first] = MIGRATIONS;
  if (!first) return expect.fail();
  expect(amiss(first, 'up', { rows: 3, made: 3, notExtended: 0 })).toEqual([]);
  expect(amiss(first, 'up', { notExtended: 1, withoutAccount: 1 })).toEqual(['notExtended', 'withoutAccount']);
  expect(amiss(first, 'down', { rows: 3, found: 1 })).toEqual(['found']);
});
