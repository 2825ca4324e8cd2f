import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Email } from '../accounts/email.ts';
import type { Database } from '../store/database.ts';
import { GRAINS, type Granularity, periodPrefix } from './granularity.ts';
import { unpack } from './packing.ts';
import type { Span } from './span.ts';

/** The counters of one key on one route within one period. */
export interface UsageItem {
  /** Names the period: see `periodPrefix`. */
  readonly period: string;
  readonly keyId: string;
  readonly route: string;
  readonly counters: readonly (readonly [string, number])[];
}

type Item = Record<string, AttributeValue>;

/** A query reads its pages one after the other, so a span is read in so many parts at once. */
const PARTS = 2;

/**
 * Reads a user's counters of a span: two queries at once, each paged, of that span and granularity alone.
 *
 * @param take is given every item, in no order.
 * @param most items after which no further page is read.
 * @returns whether all were read.
 */
export async function readUsage(
  db: Database,
  email: Email,
  span: Span,
  take: (item: UsageItem) => void,
  most = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  let left = most;
  const takePage = (items: readonly Item[]): boolean => {
    for (const item of items) take(usageItem(item));
    left -= items.length;
    return left >= 0;
  };
  await Promise.all(parts(span).map(([from, to]) => readPart(db, email, span.granularity, from, to, takePage)));
  return left >= 0;
}

/** A span in parts of whole periods, each `[from, to)`. */
function parts({ from, to, granularity }: Span): [number, number][] {
  const { ms } = GRAINS[granularity];
  const length = Math.ceil((to - from) / ms / PARTS) * ms;
  const starts = Array.from({ length: PARTS }, (_, i) => from + i * length).filter((start) => start < to);
  return starts.map((start) => [start, Math.min(start + length, to)]);
}

async function readPart(
  { client, tables }: Database,
  email: Email,
  granularity: Granularity,
  from: number,
  to: number,
  takePage: (items: readonly Item[]) => boolean,
): Promise<void> {
  let goesOn = true;
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tables.apiUsage,
        KeyConditionExpression: 'email = :email AND #bucket BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#bucket': 'bucket' },
        // No item has a bucket that ends with its period, so the end is excluded.
        ExpressionAttributeValues: {
          ':email': { S: email },
          ':from': { S: periodPrefix(granularity, from) },
          ':to': { S: periodPrefix(granularity, to) },
        },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    goesOn = takePage(page.Items ?? []);
    start = page.LastEvaluatedKey;
  } while (start && goesOn);
}

const KEY_ID_LENGTH = 26;

const NO_COUNTERS: ReadonlySet<string> = new Set(['email', 'bucket', 'deleteAt']);

/** Read as DynamoDB writes it: packed numbers have more digits than those of JavaScript. */
function usageItem(item: Item): UsageItem {
  const text = item.bucket?.S ?? '';
  const end = text.indexOf('#', 2) + 1;
  const counters: [string, number][] = [];
  for (const name in item) {
    if (!NO_COUNTERS.has(name)) unpack(name, item[name]?.N ?? '0', counters);
  }
  return {
    period: text.slice(0, end),
    keyId: text.slice(end, end + KEY_ID_LENGTH),
    route: text.slice(end + KEY_ID_LENGTH + 1),
    counters,
  };
}
