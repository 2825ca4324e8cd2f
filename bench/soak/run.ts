import { setTimeout as sleep } from 'node:timers/promises';
import { createProgress } from '../../cli/support/progress.ts';
import type { Bench } from '../support/run.ts';
import { Chores } from './chores.ts';
import { createClient } from './client.ts';
import { type Counted, readCounted } from './counted.ts';
import { Lines } from './lines.ts';
import type { MemoryTrend } from './memory.ts';
import type { Options } from './options.ts';
import { Outages } from './outages.ts';
import { makePeople, type Person, signIn } from './people.ts';
import { soakProgress } from './progress.ts';
import type { Done } from './report.ts';
import { type Restarted, restartBy } from './restarts.ts';
import type { Stage } from './stage.ts';
import { timetable } from './timetable.ts';
import { Traffic } from './traffic.ts';
import { watchMemory } from './watch.ts';

/** What a run has done, seen and found counted. */
export interface Ran {
  readonly done: Done;
  readonly people: readonly Person[];
  readonly counted: Counted;
  readonly unexplained: Readonly<Record<string, number>>;
  readonly memory: Readonly<Record<string, MemoryTrend>>;
}

const CHORE_EVERY_MS = 2_000;
const SHOW_EVERY_MS = 250;
/** Where there is no terminal. */
const LINE_EVERY_MS = 10_000;
/** A token lasts an hour. */
const SIGN_IN_EVERY_MS = 20 * 60_000;

/** Acts again and again until it is told to stop. */
async function every(milliseconds: number, stop: AbortSignal, act: () => unknown): Promise<void> {
  for (;;) {
    await sleep(milliseconds, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return;
    await act();
  }
}

/** Puts traffic on a stage, restarts its parts meanwhile, and asks at the end what was counted. */
export async function runSoak(
  options: Options,
  { engine, gateway, port, origin, db }: Stage,
  bench: Bench,
): Promise<Ran> {
  const { signal } = bench;
  const people = await makePeople(db());
  let admin = '';
  const signInAll = async () => {
    admin = await signIn(people, port);
  };
  await signInAll();
  const client = createClient(origin, signal);
  const [outages, lines] = [new Outages(), new Lines()];
  const traffic = new Traffic({ people, client, outages, lines, rps: options.rps });
  const chores = new Chores({ people, client, admin: () => admin, signal });
  await chores.prepare();

  const times = timetable(options.minutes);
  bench.say('traffic begins');
  const restarts: Restarted[] = [];
  const began = Date.now();
  let quietFrom = began;
  const end = new AbortController();
  const stop = AbortSignal.any([end.signal, signal]);
  const progress = createProgress(process.stderr, { lines: { everyMs: LINE_EVERY_MS, now: Date.now } });
  const watch = watchMemory({ gateway: () => gateway.pid, engine: () => engine.pid });
  await bench.start(Promise.resolve(watch));

  const restartAll = async () => {
    const parts = { engine, gateway, traffic, outages, lines, signIn: signInAll, signal };
    await restartBy(times, began, parts, (restarted) => restarts.push(restarted));
    quietFrom = Date.now();
    await sleep(Math.max(began + times.endsAt - quietFrom, times.quietMs), undefined, { signal });
  };
  await Promise.all([
    restartAll().finally(() => end.abort()),
    traffic.run(stop),
    every(CHORE_EVERY_MS, stop, () => chores.next()),
    every(SIGN_IN_EVERY_MS, stop, signInAll),
    every(SHOW_EVERY_MS, stop, () => {
      gateway.check();
      const what = `${traffic.sent.toLocaleString('en')} calls, ${restarts.length} of ${times.restarts.length} restarts`;
      progress.show(undefined, soakProgress(Date.now() - began, times.endsAt, what));
    }),
  ]);
  progress.end();
  const ended = Date.now();
  const memory = watch.trends(quietFrom, ended);
  watch.close();
  const { sent: calls, answers, unexplained } = traffic;
  const done = { seconds: (ended - began) / 1_000, calls, answers, chores: chores.done, restarts };
  return { done, people, counted: await readCounted(client, db(), people, signal), unexplained, memory };
}
