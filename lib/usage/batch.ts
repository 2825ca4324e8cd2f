import type { RefusedCall } from '../events/refusals.store.ts';
import { alertName, type ToldAlert } from '../events/told-alert.ts';
import { deleteAfter } from '../expiry.ts';
import { addTo, type CountedCall, countersOf, type Tally } from './counters.ts';
import type { LogEvent } from './envelope.ts';
import { GRAINS, GRANULARITIES, periodPrefix, periodStart } from './granularity.ts';
import { readLine } from './line.ts';

/** What is added to one item of `api_usage`. */
export interface Increment {
  readonly email: string;
  /** The sort key: see `granularity`. */
  readonly bucket: string;
  /** When the item may be deleted, in seconds since the epoch. */
  readonly deleteAt: number;
  readonly tally: Tally;
}

/** A line that could not be read. */
export interface BrokenLine {
  readonly event: LogEvent;
  readonly reason: string;
}

/** What a batch of log events comes to. */
export interface Tallied {
  /** How many calls were counted. */
  readonly calls: number;
  /** One for each item, in the order of their keys. */
  readonly increments: readonly Increment[];
  /** The calls that the check refused. */
  readonly refused: readonly RefusedCall[];
  /** The levels that accounts have reached, each once. */
  readonly alerts: readonly ToldAlert[];
  /** The accounts that paid credits, each with the time of one such call. */
  readonly spent: ReadonlyMap<string, number>;
  readonly broken: readonly BrokenLine[];
}

/**
 * Adds up a batch: for each key and route of it one item a minute, hour and day. The same events always come to the same
 * increments in the same order, so that a batch that is delivered again is recognised by its parts.
 */
export function tally(events: readonly LogEvent[]): Tallied {
  const items = new Map<string, Increment>();
  const broken: BrokenLine[] = [];
  const refused: RefusedCall[] = [];
  const alerts = new Map<string, ToldAlert>();
  const spent = new Map<string, number>();
  let calls = 0;
  // CloudWatch Logs does not say that an event is in a batch but once.
  for (const event of new Map(events.map((it) => [it.id, it])).values()) {
    const reading = readLine(event.message, event.timestamp);
    if (reading.kind === 'broken') broken.push({ event, reason: reading.reason });
    if (reading.kind !== 'call') continue;
    calls += 1;
    if (reading.call.credits > 0) spent.set(reading.call.email, reading.call.at);
    if (reading.refused) refused.push(reading.refused);
    for (const alert of reading.alerts) {
      const told = { ...alert, email: reading.call.email, keyId: reading.call.keyId, at: reading.call.at };
      const name = `${told.email} ${alertName(told)}`;
      if (!alerts.has(name)) alerts.set(name, told);
    }
    count(items, reading.call);
  }
  const increments = [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  return { calls, increments, refused, alerts: [...alerts.values()], spent, broken };
}

function count(items: Map<string, Increment>, call: CountedCall): void {
  const { email, keyId, route, at } = call;
  const counters = Object.entries(countersOf(call));
  for (const granularity of GRANULARITIES) {
    const bucket = `${periodPrefix(granularity, at)}${keyId}#${route}`;
    const name = `${email} ${bucket}`;
    let item = items.get(name);
    if (!item) {
      const { ms, keptMs } = GRAINS[granularity];
      const deleteAt = deleteAfter(periodStart(granularity, at) + ms, keptMs / 1_000);
      item = { email, bucket, deleteAt, tally: new Map() };
      items.set(name, item);
    }
    addTo(item.tally, counters);
  }
}
