import { tally } from '../../lib/usage/batch.ts';
import { addTo, type Tally } from '../../lib/usage/counters.ts';
import type { LogEvent } from '../../lib/usage/envelope.ts';
import { pack } from '../../lib/usage/packing.ts';
import { CHUNK } from '../../lib/usage/record.store.ts';
import { itemSize } from '../support/item-size.ts';
import { accessLine, drawCall, keyIdOf, type Random, routeOf } from './traffic.ts';

/** US dollars, us-east-1. */
const PRICES = {
  writeUnits: 0.625 / 1e6,
  /** Of Lambda, in one region; its time is counted in GB and seconds. */
  invocation: 0.2 / 1e6,
  logGigabyte: 0.5,
} as const;

/** What recording costs at one rate. */
export interface RecordingCost {
  readonly perSecond: number;
  readonly keys: number;
  /** Seconds between two deliveries of the log. */
  readonly delivery: number;
  readonly itemsPerBatch: number;
  /** All of these for a million requests. */
  readonly writeUnits: number;
  readonly dollars: { readonly writes: number; readonly invocations: number; readonly logs: number };
  /** Of the largest item. */
  readonly itemBytes: number;
}

const ROUTES = 5;
const KEYS_A_USER = 5;
/** Both sides of a transaction, prepare and commit, are paid. */
const TRANSACTION = 2;

/** Records some time of even traffic as the recorder does, and counts what is written. */
export function recordingCost(
  traffic: { readonly perSecond: number; readonly keys: number; readonly delivery: number },
  seconds: number,
  random: Random,
): RecordingCost {
  const { perSecond, keys, delivery } = traffic;
  const items = new Map<string, Tally>();
  const begin = Date.UTC(2026, 10, 24, 12);
  let [requests, batches, units, bytes, touched, largest] = [0, 0, 0, 0, 0, 0];
  for (let second = 0; second < seconds; second += delivery) {
    const events: LogEvent[] = [];
    for (let i = 0; i < perSecond * delivery; i++) {
      const key = Math.floor(random() * keys);
      const at = begin + second * 1_000 + Math.floor((i / perSecond) * 1_000);
      const email = `user${Math.floor(key / KEYS_A_USER)}@example.com`;
      const call = drawCall(random, email, keyIdOf(key), routeOf(Math.floor(random() * ROUTES)), at);
      const message = accessLine(call, `Request${String(requests++).padStart(9, '0')}=`);
      bytes += Buffer.byteLength(message);
      events.push({ id: String(requests), timestamp: at, message });
    }
    const { increments } = tally(events);
    for (const increment of increments) {
      const { email, bucket, deleteAt } = increment;
      const item = items.get(email + bucket) ?? new Map();
      addTo(item, increment.tally);
      items.set(email + bucket, item);
      const size = itemSize({ email, bucket, deleteAt, ...Object.fromEntries(pack(item)) });
      largest = Math.max(largest, size);
      units += TRANSACTION * Math.ceil(size / 1_024);
    }
    units += TRANSACTION * Math.ceil(increments.length / CHUNK);
    touched += increments.length;
    batches += 1;
  }
  const toMillion = 1e6 / requests;
  return {
    ...traffic,
    itemsPerBatch: touched / batches,
    writeUnits: units * toMillion,
    dollars: {
      writes: units * toMillion * PRICES.writeUnits,
      invocations: batches * toMillion * PRICES.invocation,
      logs: ((bytes * toMillion) / 1e9) * PRICES.logGigabyte,
    },
    itemBytes: largest,
  };
}
