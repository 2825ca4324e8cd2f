import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Email } from '../accounts/email.ts';
import { inLots } from '../lots.ts';
import type { Database } from '../store/database.ts';
import { GRAINS, periodPrefix } from './granularity.ts';
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

/** So many periods at most are asked for one by one, and so many of them at once. */
const MOST_PERIODS = 100;
const PERIODS_AT_ONCE = 8;

/** Sort keys, from the first to the last. */
type Range = readonly [from: string, to: string];

/** What of a span is wanted. */
export interface UsageRead {
  /** Others than this key's may be left out. @default - all are given */
  readonly keyId?: string | undefined;
  /** Items after which no further page is read. @default - all are read */
  readonly most?: number;
}

/**
 * Reads a user's counters of a span: two queries at once, each paged, of that span and granularity alone. If there is more of them than
 * a page, those of one key are asked for period by period, past those of others.
 *
 * @param take is given every item, in no order.
 * @returns whether all were read.
 */
export async function readUsage(
  db: Database,
  email: Email,
  span: Span,
  take: (item: UsageItem) => void,
  { keyId, most = Number.POSITIVE_INFINITY }: UsageRead = {},
): Promise<boolean> {
  let left = most;
  const readPage = async (range: Range, after?: Item): Promise<Item | undefined> => {
    const { items, last } = await queryPage(db, email, range, after);
    for (const item of items) take(usageItem(item));
    left -= items.length;
    return left < 0 ? undefined : last;
  };
  const readRest = async (range: Range, after?: Item): Promise<void> => {
    for (let last = await readPage(range, after); last; ) last = await readPage(range, last);
  };
  const readPart = async (part: Span): Promise<void> => {
    const range: Range = [periodPrefix(part.granularity, part.from), periodPrefix(part.granularity, part.to)];
    const last = await readPage(range);
    if (!last) return;
    const own = keyId === undefined ? [] : rangesOf(keyId, part, last.bucket?.S ?? '');
    if (keyId === undefined || own.length > MOST_PERIODS) return readRest(range, last);
    for (const some of inLots(own, PERIODS_AT_ONCE)) await Promise.all(some.map((one) => readRest(one)));
  };
  await Promise.all(parts(span).map(readPart));
  return left >= 0;
}

/** A span in parts of whole periods, each `[from, to)`. */
function parts({ from, to, granularity }: Span): Span[] {
  const { ms } = GRAINS[granularity];
  const length = Math.ceil((to - from) / ms / PARTS) * ms;
  const starts = Array.from({ length: PARTS }, (_, i) => from + i * length).filter((start) => start < to);
  return starts.map((start) => ({ from: start, to: Math.min(start + length, to), granularity }));
}

/** The counters of one key in each period, after a sort key: `$` is next to the `#` that ends a key's id. */
function rangesOf(keyId: string, { from, to, granularity }: Span, last: string): Range[] {
  const ranges: Range[] = [];
  for (let at = from; at < to; at += GRAINS[granularity].ms) {
    const own = periodPrefix(granularity, at) + keyId;
    const [first, end] = [`${own}#`, `${own}$`];
    if (end > last) ranges.push([last < first ? first : `${last}\0`, end]);
  }
  return ranges;
}

async function queryPage(
  { client, tables }: Database,
  email: Email,
  [from, to]: Range,
  after?: Item,
): Promise<{ readonly items: readonly Item[]; readonly last: Item | undefined }> {
  const page = await client.send(
    new QueryCommand({
      TableName: tables.apiUsage,
      KeyConditionExpression: 'email = :email AND #bucket BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#bucket': 'bucket' },
      // No item has a bucket that ends with its period, or its key, so the end is excluded.
      ExpressionAttributeValues: { ':email': { S: email }, ':from': { S: from }, ':to': { S: to } },
      ...(after && { ExclusiveStartKey: after }),
    }),
  );
  return { items: page.Items ?? [], last: page.LastEvaluatedKey };
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
