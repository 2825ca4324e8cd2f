import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BASE62 } from '../../../lib/keys/base62.ts';
import {
  hashSecret,
  hintOf,
  hintOfHash,
  makeSecret,
  parseSecret,
  presentedSecret,
  SECRET_PATTERN,
  type Secret,
} from '../../../lib/keys/secret.ts';
import { checksum } from '../../../lib/keys/secret-format.ts';

/** Secrets that a failure can be replayed from: the random bytes are a seed's. */
const secrets = fc
  .tuple(fc.constantFrom('live' as const, 'test' as const), fc.uint8Array({ minLength: 60, maxLength: 60 }))
  .map(([environment, seed]) => {
    const bytes = Uint8Array.from(seed, (byte) => byte % 248);
    return { environment, secret: makeSecret(environment, (length) => bytes.subarray(0, length)) };
  });

/** One of the past, whose format must stay valid. In two parts, so that no scanner takes it for a leaked one. */
const KNOWN = `sk_live_${BASE62.slice(0, 30)}4KxuAM` as Secret;

describe('a secret', () => {
  test('is read back with its environment, whatever was drawn', () => {
    fc.assert(
      fc.property(secrets, ({ environment, secret }) => {
        expect(parseSecret(secret)).toEqual({ secret, environment });
        expect(secret).toMatch(new RegExp(`^${SECRET_PATTERN}$`));
        expect(secret).toHaveLength(44);
      }),
    );
  });

  test('of an earlier day is still read', () => {
    expect(parseSecret(KNOWN)).toEqual({ secret: KNOWN, environment: 'live' });
  });

  test('hashes to SHA-256 in hexadecimal', () => {
    expect(hashSecret(KNOWN)).toBe('3b8640ca42f3b7046dc40b08e297f61c2b6304a788d7759f18b0038b0df2eaad');
  });

  test('is shown as its prefix, four characters, and the last four', () => {
    expect(hintOf(KNOWN)).toBe('sk_live_0123…xuAM');
    fc.assert(
      fc.property(secrets, ({ environment, secret }) => {
        const shown = hintOf(secret).replace(`sk_${environment}_`, '').replace('…', '');
        expect(shown).toBe(secret.slice(8, 12) + secret.slice(-4));
      }),
    );
  });
});

/** Other than letters and digits: what a terminal, an editor or an attacker may put in a character's place. */
const FOREIGN = ['_', '-', ' ', '\n', '\0', '=', '/', '+', '.', 'é', 'К', '０', '\ud83d', ''];

describe('parseSecret', () => {
  const changes = (secret: string) =>
    [...secret].flatMap((original, index) =>
      [...BASE62, ...FOREIGN]
        .filter((character) => character !== original)
        .map((character) => secret.slice(0, index) + character + secret.slice(index + 1)),
    );

  test('catches every change of a single character: each place, each other character', () => {
    fc.assert(
      fc.property(secrets, ({ secret }) => {
        const missed = changes(secret).filter((changed) => parseSecret(changed));
        expect(missed).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('catches every exchange of two neighbours', () => {
    fc.assert(
      fc.property(secrets, fc.nat(42), ({ secret }, at) => {
        const changed = secret.slice(0, at) + secret[at + 1] + secret[at] + secret.slice(at + 2);
        expect(parseSecret(changed) === undefined).toBe(changed !== secret);
      }),
    );
  });

  test.each([
    ['a character more', `${KNOWN}0`],
    ['a character less', KNOWN.slice(0, -1)],
    ['a line break behind', `${KNOWN}\n`],
    ['a space before', ` ${KNOWN}`],
    ['the other environment', KNOWN.replace('live', 'test')],
    ['an unknown environment', KNOWN.replace('live', 'prod')],
    ['capitals', KNOWN.toUpperCase()],
    ['two keys joined', `${KNOWN},${KNOWN}`],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(parseSecret(text)).toBeUndefined();
  });

  test.each([
    null,
    undefined,
    44,
    Number.NaN,
    true,
    Symbol('key'),
    10n,
    [KNOWN],
    { length: 44 },
    new String(KNOWN),
    () => KNOWN,
  ])('refuses what is no text: %o', (value) => {
    expect(parseSecret(value)).toBeUndefined();
  });

  test('answers undefined, and never throws, for anything else', () => {
    const lookalike = fc
      .array(fc.constantFrom(...BASE62), { minLength: 36, maxLength: 36 })
      .map((characters) => `sk_live_${characters.join('')}`);
    const long = fc.nat(100_000).map((length) => KNOWN.repeat(length % 3_000));
    const arbitrary = fc.oneof(
      fc.anything(),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      lookalike,
    );
    fc.assert(
      fc.property(
        fc.oneof({ weight: 50, arbitrary }, { weight: 1, arbitrary: long.filter((it) => it !== KNOWN) }),
        (text) => {
          expect(parseSecret(text)).toBeUndefined();
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

test.each(['pk_live_', 'sk_prod_', 'SK_LIVE_'])(
  'a text that begins with %s is no secret, though its checksum is right',
  (prefix) => {
    const body = prefix + '0'.repeat(30);
    expect(parseSecret(body + checksum(body))).toBeUndefined();
  },
);

describe('a secret that was made elsewhere', () => {
  const visible = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 16,
    maxLength: 255,
  });

  test('is read where such secrets are taken, and nowhere else', () => {
    fc.assert(
      fc.property(visible, (text) => {
        expect(presentedSecret(text, true)).toBe(text.includes(',') ? undefined : text);
        expect(presentedSecret(text, false)).toBeUndefined();
      }),
    );
    expect(presentedSecret(KNOWN, false)).toBe(KNOWN);
    for (const text of [
      'a'.repeat(15),
      'a'.repeat(256),
      `${'a'.repeat(16)} `,
      `${'a'.repeat(16)}\n`,
      `${'a'.repeat(16)}ü`,
      16,
      null,
    ]) {
      expect(presentedSecret(text, true)).toBeUndefined();
    }
  });

  test('shows at most four characters at either end, and a quarter in all', () => {
    fc.assert(
      fc.property(visible, (text) => {
        const [start = '', end = ''] = hintOf(text as Secret).split('…');
        expect(text.startsWith(start) && text.endsWith(end)).toBe(true);
        expect(start.length).toBe(end.length);
        expect(start.length).toBeLessThanOrEqual(4);
        expect(start.length + end.length).toBeLessThanOrEqual(text.length / 4);
      }),
    );
    expect(hintOf('acme_9f8e7d6c5b4' as Secret)).toBe('ac…b4');
    expect(hintOf(`acme_${'x'.repeat(30)}_end` as Secret)).toBe('acme…_end');
  });

  test('that is known by its hash alone shows the begin of the hash', () => {
    expect(hintOfHash(hashSecret(KNOWN))).toBe('sha256:3b8640ca…');
  });
});
