import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createCheck } from '../../lib/metering/check.ts';
import type { Database } from '../../lib/store/database.ts';
import { connect } from '../support/engine.ts';
import { newHolder } from '../support/holder.ts';
import { lastUpdate } from './network.ts';

export const CALLERS = 32;

/** Something that 32 callers do at once, on one engine, each on an account of its own. */
export interface Contender {
  readonly name: string;
  /** Answers how many it did a second. */
  readonly perSecond: (calls: number) => Promise<number>;
}

/** @param doing one for each caller. */
export const contender = (name: string, doing: readonly (() => Promise<unknown>)[]): Contender => ({
  name,
  perSecond: async (calls) => {
    let left = calls;
    const start = performance.now();
    await Promise.all(
      doing.map(async (once) => {
        while (left-- > 0) await once();
      }),
    );
    return calls / ((performance.now() - start) / 1_000);
  },
});

/** More than any run here can use. */
const OWN_LIMIT = { name: 'own', limit: 1_000_000, windowSeconds: 60 };

/** A warm container, and the update that it sends. */
async function warmCaller(db: Database, number: number) {
  const { secret } = await newHolder(db, { plan: 'scale', rateLimits: [OWN_LIMIT] });
  const check = createCheck(db, Date.now, number.toString(36).padStart(6, '0'));
  const ask = async () => {
    const { allowed } = await check(secret);
    if (!allowed) throw new Error('a check of the rate was refused');
  };
  await ask();
  await ask();
  return ask;
}

/** Checks, and the bare updates that the same checks would send. */
export async function rateContenders(endpoint: string): Promise<[checks: Contender, updates: Contender]> {
  const db = connect(endpoint);
  const sent = lastUpdate(db.client);
  const checks: (() => Promise<unknown>)[] = [];
  const updates: (() => Promise<unknown>)[] = [];
  let marker = 0;
  for (let caller = 0; caller < CALLERS; caller++) {
    checks.push(await warmCaller(db, caller));
    await warmCaller(db, CALLERS + caller);
    const input = sent();
    if (!input) throw new Error('a warm check must send an update');
    updates.push(() => {
      // As every check does, each writes a marker that is later than the one before.
      const later = `${input.ExpressionAttributeValues?.[':container']}z${(marker++).toString(36).padStart(6, '0')}`;
      const ExpressionAttributeValues = { ...input.ExpressionAttributeValues, ':marker': later };
      return bare.client.send(new UpdateCommand({ ...input, ExpressionAttributeValues }));
    });
  }
  const bare = connect(endpoint);
  return [contender('check', checks), contender('bare update, same expressions', updates)];
}

/** Calls a second of each contender in each round, one after the other. */
export async function measureRates(
  contenders: readonly Contender[],
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
): Promise<Map<string, number[]>> {
  const rates = new Map(contenders.map(({ name }): [string, number[]] => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const { name, perSecond } of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const rate = await perSecond(calls);
      if (round >= 0) rates.get(name)?.push(rate);
    }
  }
  return rates;
}
