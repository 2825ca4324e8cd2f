import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../../lib/store/database.ts';
import { GRAINS, periodPrefix } from '../../lib/usage/granularity.ts';
import { pack } from '../../lib/usage/packing.ts';
import type { Span } from '../../lib/usage/span.ts';
import { drawTally, EMAIL, keyIdOf, type Random, routeOf } from './traffic.ts';

/** How much usage there is. */
export const EXTENT = { keys: 5, routes: 20, callsPerHour: 40 } as const;

const BATCH = 25;

/** Writes the counters of every key, route and period of a span. */
export async function fill(db: Database, { granularity, from, to }: Span, random: Random): Promise<void> {
  const { ms, keptMs } = GRAINS[granularity];
  const calls = (EXTENT.callsPerHour * ms) / GRAINS.hour.ms;
  // Which of some shapes an item has does not matter; to draw each anew takes longer than to write it.
  const shapes = Array.from({ length: 200 }, () => Object.fromEntries(pack(drawTally(random, calls))));
  let requests: { PutRequest: { Item: Record<string, unknown> } }[] = [];
  const flush = async () => {
    if (requests.length === 0) return;
    await db.client.send(new BatchWriteCommand({ RequestItems: { [db.tables.apiUsage]: requests } }));
    requests = [];
  };
  for (let at = from; at < to; at += ms) {
    for (let i = 0; i < EXTENT.keys * EXTENT.routes; i++) {
      const bucket = `${periodPrefix(granularity, at)}${keyIdOf(i % EXTENT.keys)}#${routeOf(Math.floor(i / EXTENT.keys))}`;
      const counters = shapes[Math.floor(random() * shapes.length)];
      const deleteAt = Math.floor((at + ms + keptMs) / 1_000);
      requests.push({ PutRequest: { Item: { email: EMAIL, bucket, deleteAt, ...counters } } });
      if (requests.length === BATCH) await flush();
    }
  }
  await flush();
}
