import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Lru } from '../../../lib/metering/lru.ts';

describe('an LRU map', () => {
  test('forgets what was used the longest time ago, where reading and writing are use', () => {
    const lru = new Lru<string, number>(2);
    lru.set('a', 1);
    lru.set('b', 2);
    lru.get('a');
    lru.set('c', 3);
    expect([lru.get('a'), lru.get('b'), lru.get('c')]).toEqual([1, undefined, 3]);
    lru.set('a', 4);
    lru.set('d', 5);
    expect([lru.get('a'), lru.get('c'), lru.get('d')]).toEqual([4, undefined, 5]);
  });

  test('forgets what is deleted', () => {
    const lru = new Lru<string, number>(2);
    lru.set('a', 1);
    lru.delete('a');
    lru.delete('b');
    expect(lru.get('a')).toBeUndefined();
  });

  test('agrees with a list kept in order of use', () => {
    const step = fc.record({ act: fc.constantFrom('get', 'set', 'delete'), key: fc.nat(6), value: fc.nat() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const lru = new Lru<number, number>(capacity);
        let list: { key: number; value: number }[] = [];
        for (const { act, key, value } of steps) {
          const found = list.find((entry) => entry.key === key);
          const rest = list.filter((entry) => entry.key !== key);
          if (act === 'get') {
            expect(lru.get(key)).toBe(found?.value);
            if (found) list = [...rest, found];
          } else if (act === 'set') {
            lru.set(key, value);
            list = [...rest, { key, value }].slice(-capacity);
          } else {
            lru.delete(key);
            list = rest;
          }
        }
        for (const { key, value } of list) expect(lru.get(key)).toBe(value);
      }),
    );
  });
});
