import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ERASED, mentionsOf } from '../../../lib/erasure/mentions.ts';
import { emailOf } from '../../support/records.ts';

const ada = mentionsOf(emailOf('ada+k@example.com'));
const zoe = mentionsOf(emailOf('zoë@exämple.com'));

describe('a mention of a person', () => {
  test.each([
    ['as it is', 'ada+k@example.com'],
    ['in capitals', 'Ada+K@EXAMPLE.com'],
    ['within a sentence', 'moved from (ada+k@example.com).'],
    ['in a path', 'GET /api/user/key/ada%2Bk%40example.com/x'],
    ['encoded twice', 'next=%2Fkeys%2Fada%252Bk%2540example.com'],
    ['after an encoded character', 'q=%22ada%2bk%40example.com%22'],
    ['in JSON', String.raw`{"email":"ada\u002bk\u0040example.com"}`],
    ['in JSON in JSON', String.raw`{\"line\":\"\\nada+k\\u0040example.com\"}`],
    ['after an escape', String.raw`first line\nada+k@example.com`],
  ])('is found %s', (_, text) => {
    expect(ada.isIn({ details: { deep: [1, null, { text }] } })).toBe(true);
    expect(String(ada.without(text))).toContain(ERASED);
    expect(ada.isIn(ada.without(text))).toBe(false);
  });

  test.each([
    ['composed', 'zoë@exämple.com'.normalize('NFC')],
    ['decomposed', 'zoë@exämple.com'.normalize('NFD')],
    ['in a path', encodeURIComponent('zoë@exämple.com')],
    ['in JSON', String.raw`zo\u00eb@ex\u00e4mple.com`],
  ])('beyond ASCII is found %s', (_, text) => {
    expect(zoe.isIn(text)).toBe(true);
  });

  test.each([
    'bada+k@example.com',
    'x.ada+k@example.com',
    'y+ada+k@example.com',
    'bob%2Bada%2Bk%40example.com',
    'ada+k@example.com.au',
    'ada+k@example.community',
    'ada@example.com',
    'adaxk@example.com',
    'ada+k',
    '',
  ])('is not what other people are called: %s', (text) => {
    expect(ada.isIn(text)).toBe(false);
    expect(ada.without(text)).toBe(text);
  });

  test('is found in the ARN of who did something, and not in the address of another in the same field', () => {
    const arn = 'arn:aws:sts::123456789012:assumed-role/Admin/ada+k@example.com';
    expect(ada.without({ actor: { email: arn, ip: '' } })).toEqual({
      actor: { email: 'arn:aws:sts::123456789012:assumed-role/Admin/erased', ip: '' },
    });
    expect(ada.isIn({ actor: "o'ada+k@example.com" })).toBe(false);
    expect(ada.isIn({ email: '=ada+k@example.com' })).toBe(false);
  });

  test('leaves everything else of a value as it was', () => {
    const value = { a: 1, b: [true, null, 'x'], c: { d: 'by ada+k@example.com, twice: ADA+K@example.com' } };
    expect(ada.without(value)).toEqual({ a: 1, b: [true, null, 'x'], c: { d: 'by erased, twice: erased' } });
    const set = { s: new Set(['bob@example.com', 'ada+k@example.com']) };
    expect(ada.isIn(set)).toBe(true);
    expect(ada.without(set)).toEqual({ s: new Set(['bob@example.com', 'erased']) });
  });

  test('is found where a text was cut within it, from its @ on', () => {
    const line = '{"status":"two","email":"ada+k@example.com';
    for (let cut = line.indexOf('@') + 1; cut <= line.length; cut++) {
      expect(ada.isInCut(line.slice(0, cut)), line.slice(0, cut)).toBe(true);
    }
    expect(ada.isInCut(line.slice(0, line.indexOf('@')))).toBe(false);
    expect(ada.isInCut('"email":"ada%2Bk%40exam')).toBe(true);
    expect(ada.isInCut('"email":"bada+k@exam')).toBe(false);
    expect(ada.isInCut('"email":"ada+k@exam", and more')).toBe(false);
  });

  test('is found and taken out of any text around any address', () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9.+_'-]{0,12}[a-z0-9]$/).filter((text) => !text.includes('..'));
    const around = fc.stringMatching(/^[ "(<>),;]{0,4}$/);
    fc.assert(
      fc.property(part, part, around, around, (local, domain, before, after) => {
        const address = `${local}@${domain.replace(/[+_'.]/g, '-')}.org`;
        const mentions = mentionsOf(emailOf(address));
        const text = `${before}${address.toUpperCase()}${after}`;
        expect(mentions.isIn(text)).toBe(true);
        expect(mentions.without(text)).toBe(`${before}${ERASED}${after}`);
      }),
      { numRuns: 50 },
    );
  });
});
