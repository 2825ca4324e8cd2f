import { type AttributeValue, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { patiently } from '../../lib/store/retry.ts';

export type LegacyRow = Record<string, AttributeValue>;

const shared = (index: number): LegacyRow => ({
  theme: { S: index % 2 === 0 ? 'dark' : 'light' },
  locale: { S: ['en-GB', 'de-DE', 'ja-JP', 'pt-BR'][index % 4] ?? '' },
});

/** Attributes of every type that DynamoDB has, at the edges of what they hold. */
const ODD: readonly ((index: number) => LegacyRow)[] = [
  () => ({ exact: { N: '1234567890123456789012345678901234567.8' }, least: { N: '-1E-130' }, most: { N: '9.9E+125' } }),
  (index) => ({ avatar: { B: Uint8Array.from({ length: 64 }, (_, byte) => (byte * 37 + index) % 256) } }),
  (index) => ({
    tags: { SS: ['b', 'a', `t${index}`] },
    sizes: { NS: ['3', '1', '2.5'] },
    marks: { BS: [new Uint8Array([1, 2]), new Uint8Array([0])] },
  }),
  () => ({ emptyText: { S: '' }, emptyBytes: { B: new Uint8Array() }, emptyList: { L: [] }, emptyMap: { M: {} } }),
  (index) => ({
    nested: { M: { ' ': { S: 'a space' }, deep: { L: [{ M: { n: { N: String(index) } } }, { NULL: true }] } } },
    consent: { BOOL: index % 2 === 0 },
  }),
  () => ({
    plan: { S: 'of another time' },
    status: { S: 'ACTIVE' },
    key: { S: 'reserved words' },
    'a.b#c': { S: 'é\u0000☃' },
  }),
  () => ({}),
];

/** The row of preferences of the user with an address, as the store may have written it. */
export const legacyRow = (address: string, index: number): LegacyRow => ({
  email: { S: address },
  record: { S: 'preferences' },
  ...(index % ODD.length === ODD.length - 1 ? {} : shared(index)),
  ...ODD[index % ODD.length]?.(index),
});

export const addressAt = (index: number): string => `user${index}@example.com`;

const AT_ONCE = 25;
const WRITERS = 8;

/** Writes rows, as they are given. */
export async function writeRows({ client, tables }: Database, rows: Iterable<LegacyRow>): Promise<void> {
  const left = rows[Symbol.iterator]();
  const writer = async () => {
    for (;;) {
      const lot = [...next(left, AT_ONCE)];
      if (lot.length === 0) return;
      const requests = lot.map((Item) => ({ PutRequest: { Item } }));
      const command = new BatchWriteItemCommand({ RequestItems: { [tables.userPreferences]: requests } });
      await patiently(() => client.send(command));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

/** The next ones, and no more: `take` of an iterator would end it. */
function* next<Thing>(things: Iterator<Thing>, count: number): Generator<Thing> {
  for (let taken = 0; taken < count; taken++) {
    const { value, done } = things.next();
    if (done) return;
    yield value;
  }
}

/** Rows of so many users. */
export function* legacyRows(count: number): Generator<LegacyRow> {
  for (let index = 0; index < count; index++) yield legacyRow(addressAt(index), index);
}
