import type { Database } from '../../lib/store/database.ts';
import type { Store } from './store.ts';

/** What becomes of one request on the network, as the SDK sends it: its own repeats are requests of their own. */
export type Fate =
  | 'answered'
  /** Done by the engine, and the answer lost: the SDK hears of a time-out, or of a connection that was reset. */
  | 'lost'
  /** Done, and answered some milliseconds later, after the answers of other containers. */
  | 'delayed'
  /** Turned away and not done. */
  | 'throttled';

/** How many requests had which fate. */
export type Tally = Record<Fate, number>;

/** A source of numbers from 0 up to 1, the same ones for the same seed (mulberry32, Tommy Ettinger 2017). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Draws fates at random.
 *
 * @param shares the probabilities of all fates but `answered`.
 * @param unansweredInARow the next request after as many without an answer is answered. @default - no end
 */
export function drawFates(
  random: () => number,
  shares: Readonly<Record<Exclude<Fate, 'answered'>, number>>,
  unansweredInARow = Number.POSITIVE_INFINITY,
): () => Fate {
  let unanswered = 0;
  return () => {
    const drawn = random();
    const fate = fateAt(drawn, shares);
    const isAnswered = fate === 'answered' || fate === 'delayed';
    if (!isAnswered && unanswered === unansweredInARow) {
      unanswered = 0;
      return 'answered';
    }
    unanswered = isAnswered ? 0 : unanswered + 1;
    return fate;
  };
}

function fateAt(drawn: number, { lost, delayed, throttled }: Record<Exclude<Fate, 'answered'>, number>): Fate {
  if (drawn < lost) return 'lost';
  if (drawn < lost + delayed) return 'delayed';
  return drawn < lost + delayed + throttled ? 'throttled' : 'answered';
}

const THROTTLED = {
  statusCode: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from('{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Rate exceeded"}'),
};

const LOST = [
  { name: 'TimeoutError', message: 'the answer did not come in time' },
  { name: 'Error', code: 'ECONNRESET', message: 'socket hang up' },
];

/**
 * A store to which every charge may meet a fault, below the SDK, so that what the SDK repeats by itself meets the next
 * one.
 *
 * @param nextFates gives each connection its own source of fates.
 */
export function faultyStore(store: Store, nextFates: () => () => Fate): Store & { readonly tally: Tally } {
  const tally: Tally = { answered: 0, lost: 0, delayed: 0, throttled: 0 };
  const connect: Store['connect'] = (intercept) => {
    const db = store.connect(intercept);
    disturb(db, nextFates(), tally);
    return db;
  };
  return { ...store, connect, tally };
}

function disturb({ client }: Database, nextFate: () => Fate, tally: Tally): void {
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    if (!String(request.headers['x-amz-target']).endsWith('.UpdateItem')) return handle(request, options);
    const fate = nextFate();
    const count = tally[fate]++;
    if (fate === 'throttled') return { response: THROTTLED } as unknown as ReturnType<typeof handle>;
    const answer = await handle(request, options);
    if (fate === 'delayed') await new Promise((resolve) => setTimeout(resolve, 1 + (count % 5)));
    if (fate === 'lost') {
      // Left unread, it would keep its connection.
      answer.response.body.resume();
      throw Object.assign(new Error(), LOST[count % LOST.length]);
    }
    return answer;
  };
}
