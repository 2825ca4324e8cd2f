import { median } from '../support/median.ts';
import { type BurstOutcome, checkBurst } from './burst.ts';
import { type ContentionCost, measureContention } from './contention.ts';
import { bareUpdates, measureCpu, ratioOf } from './cpu.ts';
import type { Sizes } from './options.ts';
import type { Peer } from './peer.ts';
import { CALLERS, measureRates, rateContenders } from './rate.ts';
import { rehearseScenarios, type ScenarioCost } from './scenarios.ts';

/** One row of a comparison. Ratios are medians over rounds in which every row had its turn. */
export interface Compared {
  readonly name: string;
  /** Microseconds of CPU, or calls a second: the median of the rounds. */
  readonly median: number;
  /** Of the check to this row. */
  readonly ratio: number;
}

/** All that one run has measured. */
export interface Measured {
  readonly engine: string;
  readonly node: string;
  readonly scenarios: readonly ScenarioCost[];
  /** Microseconds of each scenario, of the bare updates, and of the peer; the ratio is that of a warm accepted check. */
  readonly cpu: readonly Compared[];
  readonly rate: { readonly callers: number; readonly perSecond: readonly Compared[] };
  readonly burst: readonly ({ readonly name: string } & BurstOutcome)[];
  readonly contention: readonly ContentionCost[];
}

export interface MeasureOptions {
  readonly sizes: Sizes;
  readonly engine: { readonly name: string; readonly endpoint: string };
  readonly peer?: Peer;
  /** Told what is measured now. */
  readonly say: (line: string) => void;
}

const compare = (rounds: Map<string, number[]>, reference: string): Compared[] =>
  [...rounds].map(([name, values]) => ({
    name,
    median: median(values),
    ratio: ratioOf(rounds.get(reference) ?? [], values),
  }));

/** Measures everything, one section after the other. */
export async function measure({ sizes, engine, peer, say }: MeasureOptions): Promise<Measured> {
  const { name, endpoint } = engine;
  const peers = peer ? [peer] : [];

  say('calls and units …');
  const rehearsed = await rehearseScenarios(endpoint);
  const [accept] = rehearsed;
  if (!accept) throw new Error('there must be a scenario');
  const scenarios = rehearsed.map(({ cost }) => cost);
  for (const one of peers) scenarios.push({ name: one.name, ...(await one.cost()) });

  say('CPU …');
  const subjects = [...rehearsed.map(({ subject }) => subject), ...(await bareUpdates(endpoint, accept)), ...peers];
  const cpu = compare(await measureCpu(subjects, sizes.cpu), accept.cost.name);

  say('rate …');
  const contenders = [...(await rateContenders(endpoint)), ...peers];
  const perSecond = compare(await measureRates(contenders, sizes.rate), 'check');

  say('a burst …');
  const burst = [{ name: 'check', ...(await checkBurst(endpoint)) }];
  for (const one of peers) burst.push({ name: one.name, ...(await one.burst()) });

  say('contention …');
  const contention = await measureContention(endpoint, sizes.contentionSeconds);
  return {
    engine: name,
    node: process.version,
    scenarios,
    cpu,
    rate: { callers: CALLERS, perSecond },
    burst,
    contention,
  };
}
