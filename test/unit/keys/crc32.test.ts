import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../../lib/keys/crc32.ts';

const ascii = fc.string({ unit: 'binary-ascii', maxLength: 200 });

test('crc32 equals that of zlib on any ASCII text', () => {
  fc.assert(
    fc.property(ascii, (text) => crc32(text) === zlibCrc32(text)),
    { numRuns: 5_000 },
  );
});

test.each([
  ['', 0],
  ['123456789', 0xcbf43926],
])('crc32 of %j is the published check value', (text, expected) => {
  expect(crc32(text)).toBe(expected);
});
