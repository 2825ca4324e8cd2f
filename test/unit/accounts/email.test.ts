import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeEmail } from '../../../lib/accounts/email.ts';

/** Addresses of letters and marks in which case and Unicode forms matter, and of any other character. */
const part = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'aAkKiIsSåÅéÉßẞΣσςıſñÑ'),
    fc.constantFrom('\u0301', '\u0307', '\u030a', '\u0327', '\u212a', '\u212b', '\u0130', '\u037e', '\ufb01'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 12,
});
const address = fc.tuple(part, part).map(([local, domain]) => `${local}@${domain}`);

describe('normalizeEmail', () => {
  test.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['  ada@example.com\t\n', 'ada@example.com'],
    ['ada+shop@example.com', 'ada+shop@example.com'],
    ['a.d.a@example.com', 'a.d.a@example.com'],
    ['JOSÉ@example.com', 'josé@example.com'],
    ['JOSE\u0301@example.com', 'josé@example.com'],
    ['用户@例え.jp', '用户@例え.jp'],
    ["o'hara!#$%&*/=?^_`{|}~-@example.com", "o'hara!#$%&*/=?^_`{|}~-@example.com"],
  ])('writes %j as %j', (text, email) => {
    expect(normalizeEmail(text)).toBe(email);
  });

  test.each([
    ['the Kelvin sign, which folds into k', '\u212aate@example.com'],
    ['the dotted capital I, which folds into i', '\u0130da@example.com'],
    ['the dotted capital I in two code points', 'I\u0307da@example.com'],
    ['the Greek question mark, which folds into ;', 'a\u037eb@example.com'],
    ['no @', 'ada.example.com'],
    ['two @', 'ada@home@example.com'],
    ['nothing before the @', '@example.com'],
    ['nothing behind the @', 'ada@'],
    ['a space inside', 'ada lovelace@example.com'],
    ['a no-break space', 'ada\u00a0lovelace@example.com'],
    ['a quote, which could end a field of the access log', '"ada"@example.com'],
    ['a backslash', 'ada\\@example.com'],
    ['a NUL', 'ada\0@example.com'],
    ['a line break', 'ada@example.com\nbcc:eve@example.com'],
    ['a C1 control', 'ada\u0085b@example.com'],
    ['a lone high surrogate', 'ada\ud83d@example.com'],
    ['a lone low surrogate', '\ude00ada@example.com'],
    ['nothing', ''],
    ['white space', ' \t'],
    ['255 bytes of ASCII', `${'a'.repeat(243)}@example.com`],
    ['255 bytes in fewer characters', `${'é'.repeat(121)}a@example.com`],
  ])('refuses %s', (_, text) => {
    expect(normalizeEmail(text)).toBeUndefined();
  });

  test.each([`${'a'.repeat(242)}@example.com`, `${'é'.repeat(121)}@example.com`])('takes 254 bytes', (text) => {
    expect(Buffer.byteLength(text)).toBe(254);
    expect(normalizeEmail(text)).toBe(text);
  });

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(address, (text) => {
        const email = normalizeEmail(text);
        if (email !== undefined) expect(normalizeEmail(email)).toBe(email);
      }),
      { numRuns: 5_000 },
    );
  });

  test('takes the composed and the decomposed form of an address as one, or refuses both', () => {
    fc.assert(
      fc.property(address, (text) => {
        expect(normalizeEmail(text.normalize('NFC'))).toBe(normalizeEmail(text.normalize('NFD')));
      }),
      { numRuns: 5_000 },
    );
  });

  test('takes an ASCII address in any case as one', () => {
    const ascii = fc.stringMatching(/^[!#-?A-[\]-~]{1,20}@[!#-?A-[\]-~]{1,20}$/);
    fc.assert(
      fc.property(ascii, (text) => {
        expect(normalizeEmail(text.toUpperCase())).toBe(normalizeEmail(text.toLowerCase()));
        expect(normalizeEmail(text)).toBe(text.toLowerCase());
      }),
    );
  });

  test('makes an ASCII address of nothing but ASCII', () => {
    fc.assert(
      fc.property(address, (text) => {
        const email = normalizeEmail(text);
        const isAscii = /^\p{ASCII}*$/u;
        if (email !== undefined && isAscii.test(email)) expect(text.trim()).toMatch(isAscii);
      }),
      { numRuns: 5_000 },
    );
  });

  test('has at most 254 bytes, one @, and no white space or control character', () => {
    fc.assert(
      fc.property(fc.oneof(address, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
        const email = normalizeEmail(text);
        if (email === undefined) return;
        expect(Buffer.byteLength(email)).toBeLessThanOrEqual(254);
        expect(email.match(/@/g)).toHaveLength(1);
        expect(email).not.toMatch(/[\s\p{Cc}]/u);
      }),
      { numRuns: 5_000 },
    );
  });
});
