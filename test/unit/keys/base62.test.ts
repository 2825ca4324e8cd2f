import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BASE62, encodeBase62, randomBase62 } from '../../../lib/keys/base62.ts';

function countsOf(text: string): number[] {
  const counts = new Map([...BASE62].map((character) => [character, 0]));
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()];
}

describe('randomBase62', () => {
  test('gives each character exactly four of the 256 byte values, and draws again for the other eight', () => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const counts = countsOf(randomBase62(248, () => everyByte));
    expect(new Set(counts)).toEqual(new Set([4]));
  });

  test('draws again until it has enough when bytes are refused', () => {
    const draws = [Uint8Array.of(255, 248, 1), Uint8Array.of(250), Uint8Array.of(61, 62)];
    expect(randomBase62(3, () => draws.shift() ?? Uint8Array.of())).toBe('1z0');
  });

  test('has the length asked for', () => {
    fc.assert(fc.property(fc.nat(200), (length) => randomBase62(length, randomBytes).length === length));
  });
});

describe('encodeBase62', () => {
  test.each([
    [0, '000000'],
    [61, '00000z'],
    [62, '000010'],
    [0xffffffff, '4gfFC3'],
  ])('writes %i as %s', (value, text) => {
    expect(encodeBase62(value, 6)).toBe(text);
  });

  test('writes every 32-bit value in six characters that give it back', () => {
    const read = (text: string) => [...text].reduce((value, character) => value * 62 + BASE62.indexOf(character), 0);
    fc.assert(fc.property(fc.nat(0xffffffff), (value) => read(encodeBase62(value, 6)) === value));
  });
});
