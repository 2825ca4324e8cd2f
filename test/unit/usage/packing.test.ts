import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, unpack } from '../../../lib/usage/packing.ts';
import { sorted } from '../../support/sorted.ts';

function unpacked(attributes: Iterable<readonly [string, bigint | string]>): Map<string, number> {
  const counters: [string, number][] = [];
  for (const [name, value] of attributes) unpack(name, String(value), counters);
  return new Map(counters);
}

const name = fc.oneof(
  fc.constantFrom('c', 't'),
  fc.integer({ min: 100, max: 599 }).map((status) => `s${status}`),
  fc.integer({ min: 100, max: 599 }).map((status) => `j${status}`),
  fc.integer({ min: 0, max: 160 }).map((bucket) => `l${bucket}`),
);
const tally = (most: number) =>
  fc.array(fc.tuple(name, fc.integer({ min: 1, max: most }))).map((entries) => new Map(entries));

test('what is packed is unpacked again, up to 999,999,999 of each', () => {
  fc.assert(
    fc.property(tally(999_999_999), (counters) => {
      expect(sorted(unpacked(pack(counters)))).toEqual(sorted(counters));
    }),
    { numRuns: 1_000 },
  );
});

test('packed counters add up as the counters do', () => {
  fc.assert(
    fc.property(fc.array(tally(1_000_000), { maxLength: 20 }), (tallies) => {
      const packed = new Map<string, bigint>();
      const sum = new Map<string, number>();
      for (const one of tallies) {
        for (const [attribute, amount] of pack(one)) packed.set(attribute, (packed.get(attribute) ?? 0n) + amount);
        for (const [counter, count] of one) sum.set(counter, (sum.get(counter) ?? 0) + count);
      }
      expect(sorted(unpacked(packed))).toEqual(sorted(sum));
    }),
  );
});

test('an attribute has at most the 38 digits of a number of DynamoDB', () => {
  const full = new Map([0, 1, 2, 3].map((i) => [`l${i}`, 999_999_999]));
  expect(String([...pack(full).values()][0])).toHaveLength(36);
});

test.each([
  ['s50', '7000000120', { s200: 120, s201: 7 }],
  ['l0', '1000000000000000000000000000', { l3: 1 }],
  ['l0', '1E27', { l3: 1 }],
  ['l0', '1.2E+28', { l3: 12 }],
  ['l1', '12345000000000000000000000000009', { l7: 12_345, l4: 9 }],
  ['c', '42', { c: 42 }],
  ['s50', '0', {}],
])('%s of %s is %o', (attribute, text, counters) => {
  expect(Object.fromEntries(unpacked([[attribute, text]]))).toEqual(counters);
});
