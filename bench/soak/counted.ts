import { setTimeout as sleep } from 'node:timers/promises';
import { readAccount } from '../../lib/accounts/account.store.ts';
import { cellsOf, countAt, hot } from '../../lib/accounts/account.ts';
import { normalizeEmail } from '../../lib/accounts/email.ts';
import { reconcile } from '../../lib/credits/reconcile.store.ts';
import type { Database } from '../../lib/store/database.ts';
import type { Client, Json } from './client.ts';
import type { Person } from './people.ts';
import { holds } from './tally.ts';

/** What the service has counted. */
export interface Counted {
  /** By key: all-time requests, and those that the analytics have. */
  readonly requests: ReadonlyMap<string, number>;
  readonly recorded: ReadonlyMap<string, number>;
  /** By email, of credits: spent by calls, and purchased ones that were ever there. */
  readonly spent: ReadonlyMap<string, number>;
  readonly granted: ReadonlyMap<string, number>;
  readonly accounts: number;
  /** Differences between accounts and their ledgers. */
  readonly drifts: readonly string[];
}

const ASK_EVERY_MS = 500;
const PATIENCE_MS = 15_000;

async function ask(client: Client, { token, email }: Person, what: string): Promise<Json> {
  const to = `GET /api/user/${what.replace('{email}', encodeURIComponent(email))}`;
  const { status, failure, json } = await client({ to, token });
  if (status === 200 && json) return json;
  throw new Error(`${to} answered ${status ?? failure}`);
}

async function recordedOf(client: Client, people: readonly Person[]): Promise<Map<string, number>> {
  const reports = await Promise.all(people.map((person) => ask(client, person, 'usage/{email}')));
  return new Map(reports.flatMap(({ keys }) => keys.map((key: Json) => [key.keyId, key.requests])));
}

/** Asks until the analytics have what they must have, and a moment longer, lest they go on. */
async function settled(client: Client, people: readonly Person[], signal: AbortSignal): Promise<Map<string, number>> {
  const keys = people.flatMap((person) => person.keys);
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(ASK_EVERY_MS, undefined, { signal })) {
    const recorded = await recordedOf(client, people);
    const isThere = keys.every(({ keyId, tally }) => holds(tally.recorded, recorded.get(keyId) ?? 0));
    if (!isThere && Date.now() < deadline) continue;
    await sleep(2 * ASK_EVERY_MS, undefined, { signal });
    return recordedOf(client, people);
  }
}

/** Asks the service, and its tables, what was counted. */
export async function readCounted(
  client: Client,
  db: Database,
  people: readonly Person[],
  signal: AbortSignal,
): Promise<Counted> {
  const recorded = await settled(client, people, signal);
  const lists = await Promise.all(people.map((person) => ask(client, person, 'key/{email}?include=revoked')));
  const requests = new Map<string, number>(
    lists.flatMap(({ keys }) => keys.map((key: Json) => [key.keyId, key.totalRequests])),
  );
  const spent = new Map<string, number>();
  const granted = new Map<string, number>();
  for (const { email: address, spentBefore } of people) {
    const email = normalizeEmail(address);
    if (!email) continue;
    const account = await readAccount(db, email);
    const included = cellsOf(account, hot.includedSpent).reduce((sum, { name }) => sum + countAt(account, name), 0);
    const purchased = countAt(account, hot.purchasedSpent);
    spent.set(address, included - spentBefore + purchased);
    granted.set(address, countAt(account, hot.purchasedCredits) + purchased);
  }
  const { accounts, drifted } = await reconcile(db, () => {});
  const drifts = drifted.flatMap(({ email, drifts }) =>
    drifts.map(({ what, expected, found }) => `${email}: ${what}: expected ${expected}, found ${found}`),
  );
  return { requests, recorded, spent, granted, accounts, drifts };
}
