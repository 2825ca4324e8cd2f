import { randomBytes } from 'node:crypto';
import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { makeSecret } from '../../lib/keys/secret.ts';
import type { Check } from '../../lib/metering/check.ts';
import { createMeasuredCheck } from '../../lib/metrics/measured-check.ts';
import type { Database } from '../../lib/store/database.ts';
import { connect } from '../support/engine.ts';
import { type Holder, newHolder } from '../support/holder.ts';
import { itemSize } from '../support/item-size.ts';
import { type Subject, subject } from './cpu.ts';
import { keepLedger, type Ledger, takeLedger } from './ledger.ts';
import { lastUpdate, record } from './network.ts';

/** A moment within a window and a month, at which the clock stands: every run has the same items. */
const NOW = Date.UTC(2026, 10, 23, 12, 0, 30);
const WINDOW_MS = 60_000;
const CONTAINER = 'bench0';

/** One kind of call, and how it is made again and again. */
interface Scenario {
  readonly name: string;
  /** The answer that every one of its checks must give. */
  readonly expected: 'allowed' | 'rate_limited' | 'invalid_key';
  /** Brings a container, and the account, into the state from which it is measured. */
  readonly prepare: (db: Database, holder: Holder) => Promise<(holder: Holder) => ReturnType<Check>>;
  /** The key's own limit a minute. */
  readonly limit: number;
}

/** As it is deployed, with its metrics; they are made, and not written. */
const container = (db: Database, clock = () => NOW): Check =>
  createMeasuredCheck(db, { clock, stopwatch: () => performance.now(), container: CONTAINER, write: () => {} });

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'warm accept',
    expected: 'allowed',
    limit: 600,
    prepare: async (db, { secret }) => {
      let now = NOW - WINDOW_MS;
      const check = container(db, () => now);
      await check(secret);
      now = NOW;
      await check(secret);
      return () => check(secret);
    },
  },
  {
    name: 'warm deny',
    expected: 'rate_limited',
    limit: 1,
    prepare: async (db, { secret }) => {
      const check = container(db);
      await check(secret);
      return () => check(secret);
    },
  },
  {
    name: 'first sight',
    expected: 'allowed',
    limit: 600,
    prepare: async (db) => (holder) => container(db)(holder.secret),
  },
  {
    name: 'garbage',
    expected: 'invalid_key',
    limit: 600,
    prepare: async (db, { secret }) => {
      const check = container(db);
      const garbage = `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`;
      return () => check(garbage);
    },
  },
  {
    name: 'unknown key',
    expected: 'invalid_key',
    limit: 600,
    prepare: async (db) => {
      const unknown = makeSecret('live', randomBytes);
      return () => container(db)(unknown);
    },
  },
];

/** What one check of a scenario costs; the account's bytes are those after it. */
export interface ScenarioCost extends Pick<Ledger, 'calls' | 'writeUnits' | 'readUnits'> {
  readonly name: string;
  /** `null` where the check leads to no account. */
  readonly itemBytes: number | null;
}

/** A scenario with its costs, and its check without a network. */
export interface Rehearsed {
  readonly cost: ScenarioCost;
  readonly subject: Subject;
  /** The last update that it sent. */
  readonly update: UpdateCommandInput | undefined;
  readonly db: Database;
}

/** Makes one check of each scenario on an engine, and leaves it ready to be made again without. */
export const rehearseScenarios = async (endpoint: string): Promise<Rehearsed[]> => {
  const rehearsed: Rehearsed[] = [];
  for (const scenario of SCENARIOS) rehearsed.push(await rehearse(endpoint, scenario));
  return rehearsed;
};

async function rehearse(endpoint: string, { name, expected, limit, prepare }: Scenario): Promise<Rehearsed> {
  const db = connect(endpoint);
  const options = { at: NOW - 2 * WINDOW_MS, rateLimits: [{ name: 'own', limit, windowSeconds: WINDOW_MS / 1_000 }] };
  const holder = await newHolder(db, options);

  const counted = connect(endpoint);
  const ledger = keepLedger(counted.client);
  const ask = await prepare(counted, holder);
  takeLedger(ledger);
  await expectAnswer(name, expected, ask(holder));
  const { calls, writeUnits, readUnits } = ledger;

  const sent = lastUpdate(db.client);
  const tape = record(db.client);
  const again = await prepare(db, holder);
  await expectAnswer(name, expected, again(holder));
  const { item } = await readAccount(counted, holder.key.email);
  counted.client.destroy();
  tape.replay();
  await expectAnswer(name, expected, again(holder));
  return {
    cost: { name, calls, writeUnits, readUnits, itemBytes: expected === 'invalid_key' ? null : itemSize(item) },
    subject: subject(name, () => again(holder)),
    update: sent(),
    db,
  };
}

async function expectAnswer(name: string, expected: string, verdict: ReturnType<Check>): Promise<void> {
  const answered = await verdict;
  const answer = answered.allowed ? 'allowed' : answered.refusal.code;
  if (answer !== expected) throw new Error(`the check of “${name}” must answer ${expected}, answered ${answer}`);
}
