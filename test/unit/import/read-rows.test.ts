import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Format } from '../../../cli/import/columns.ts';
import { linesOf } from '../../../cli/import/lines.ts';
import { readRows } from '../../../cli/import/read-rows.ts';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const read = (text: string | Uint8Array, format: Format, size = 7) =>
  allOf(readRows(inPieces(Buffer.from(text as string), size), format));

const lines = (text: string, size: number, most?: number) => allOf(linesOf(inPieces(Buffer.from(text), size), most));

describe('lines', () => {
  test('are those of the text, however it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 9 }),
        async (texts, size) => {
          const expected = texts.map((text) => text.replace(/[\r\n]/g, ''));
          expect(await lines(expected.map((line) => `${line}\n`).join(''), size)).toEqual(expected);
        },
      ),
    );
  });

  test('that are too long are left out by themselves, and the last one needs no end', async () => {
    for (const size of [1, 3, 100]) {
      expect(await lines('a\n12345678901\nb\r\n1234567890\nc', size, 10)).toEqual([
        'a',
        undefined,
        'b',
        '1234567890',
        'c',
      ]);
      expect(await lines('a\n12345678901', size, 10)).toEqual(['a', undefined]);
    }
  });
});

describe('JSON Lines', () => {
  test('are numbered as an editor does; empty lines are none', async () => {
    expect(await read('\ufeff{"a":1}\n\n  \n{"b":"ü"}\r\n{"c":3}', 'jsonl')).toEqual([
      { row: 1, fields: { a: 1 } },
      { row: 4, fields: { b: 'ü' } },
      { row: 5, fields: { c: 3 } },
    ]);
  });

  test('that cannot be read are told without what is in them', async () => {
    const secret = 'acme_9f8e7d6c5b4a3928';
    const rows = await read(
      `{"key":"${secret}"\n["${secret}"]\n"${secret}"\n${secret}\n{"a":"${'x'.repeat(70_000)}"}\nnull\n{}\n`,
      'jsonl',
    );
    expect(rows.map((row) => ('problem' in row ? row.problem : 'read'))).toEqual([
      ...Array(4).fill('the row is not a JSON object'),
      'the row is longer than 65536 characters',
      'the row is not a JSON object',
      'read',
    ]);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(await read(Buffer.from('{"email":"ad\xe4@example.com"}', 'latin1'), 'jsonl')).toEqual([
      { row: 1, problem: 'the row is not UTF-8' },
    ]);
  });
});

describe('CSV', () => {
  const one = async (header: string, line: string) => (await read(`${header}\n${line}\n`, 'csv'))[0];

  test.each([
    ['email,scopes', 'a@b.c,orders:read orders:write', { email: 'a@b.c', scopes: ['orders:read', 'orders:write'] }],
    ['email,scopes', 'a@b.c,orders:read;orders:write', { email: 'a@b.c', scopes: ['orders:read', 'orders:write'] }],
    ['email,allowedIps', 'a@b.c,"[""192.0.2.1""]"', { email: 'a@b.c', allowedIps: ['192.0.2.1'] }],
    ['email,quota', 'a@b.c,"{""limit"":5,""period"":""day""}"', { email: 'a@b.c', quota: { limit: 5, period: 'day' } }],
    ['email,credits,name', ' a@b.c , 12 ,', { email: 'a@b.c', credits: 12, name: undefined }],
    ['email,credits,dailyCredits', 'a@b.c,1e3,0x10', { email: 'a@b.c', credits: '1e3', dailyCredits: '0x10' }],
    ['name,email', '"one, ""two""\nthree",a@b.c', { email: 'a@b.c', name: 'one, "two"\nthree' }],
  ])('%s: %s', async (header, line, fields) => {
    expect(await one(header, line)).toEqual({ row: 2, fields });
  });

  test.each([
    ['a@b.c', 'the row has 1 cells; the first one names 2 columns'],
    ['a@b.c,{},3', 'the row has 3 cells; the first one names 2 columns'],
    ['a@b.c,{sk_secret', 'quota: Invalid JSON'],
  ])('%s is refused: %s', async (line, problem) => {
    expect(await one('email,quota', line)).toEqual({ row: 2, problem });
  });

  test('is numbered as a spreadsheet does, with a mark at its beginning, Windows line ends and empty rows', async () => {
    const rows = await read('\ufeffemail,name\r\na@b.c,x\r\n\r\n,\r\nd@e.f,"y\r\nz"\r\ng@h.i,w', 'csv');
    expect(rows.map(({ row }) => row)).toEqual([2, 5, 6]);
  });

  test('that is broken is told from the row on where it breaks, after all rows before', async () => {
    for (const tail of ['"d@e.f,name\ng@h.i,x\n', `${'x'.repeat(70_000)},y\n`]) {
      const rows = await read(`email,name\na@b.c,x\n${tail}`, 'csv', 1_000);
      expect(rows).toMatchObject([
        { row: 2, fields: {} },
        { row: 3, problem: expect.stringMatching(/^from here on/) },
      ]);
    }
  });

  test.each([
    ['acme_9f8e7d6c5b4a3928,a@b.c', /^the first row of CSV names its columns/],
    ['email,acme_9f8e7d6c5b4a3928', /^unknown column one that is not shown: /],
    ['email,owner', /^unknown column owner: .*; there are email, key, keyHash, /],
    ['email,key,key', /^a column is there twice/],
  ])('without its columns is not read: %s', async (header, message) => {
    const reading = read(`${header}\n`, 'csv');
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.not.toThrow('acme');
  });

  test('of any text is read row by row, or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '[', '{', ' ') }), async (text) => {
        const rows = (await read(`email,scopes\n${text}`, 'csv')).map(({ row }) => row);
        expect(rows).toEqual(rows.toSorted((a, b) => a - b));
        expect(rows[0] ?? 2).toBeGreaterThan(1);
      }),
    );
  });
});
