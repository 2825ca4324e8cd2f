import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineProcess } from './engine.ts';
import type { GatewayProcess } from './gateway.ts';
import type { Lines } from './lines.ts';
import type { Outages } from './outages.ts';
import type { Restart, Timetable } from './timetable.ts';
import type { Traffic } from './traffic.ts';

/** A restart that was done. */
export interface Restarted extends Pick<Restart, 'part' | 'signal'> {
  /** Milliseconds from the signal until it answered again. */
  readonly tookMs: number;
}

export interface RestartOptions {
  readonly engine: EngineProcess;
  readonly gateway: GatewayProcess;
  readonly traffic: Traffic;
  readonly outages: Outages;
  readonly lines: Lines;
  /** Gets tokens from a gateway that was started. */
  readonly signIn: () => Promise<void>;
  readonly signal: AbortSignal;
}

async function restartEngine({ engine, outages, signal }: RestartOptions, awayMs: number): Promise<void> {
  await engine.kill();
  outages.engineGone(Date.now());
  await sleep(awayMs, undefined, { signal });
  outages.engineReturns(Date.now());
  await engine.start();
}

/** Callers go on until it has ended, and wait until it is back. */
async function restartGateway(options: RestartOptions, how: NodeJS.Signals): Promise<void> {
  const { gateway, traffic, lines, signIn } = options;
  if (how === 'SIGKILL') lines.gatewayKilled(Date.now());
  await gateway.end(how);
  traffic.pause();
  await gateway.start();
  lines.gatewayReady();
  await signIn();
  traffic.resume();
}

/** Some calls come about between two restarts, also where the first took long. */
const LEAST_BETWEEN_MS = 2_000;

/**
 * Restarts what the timetable says, one after the other; late if an earlier one took long.
 *
 * @param began when the traffic began, in milliseconds since the epoch.
 * @param onRestarted told of each.
 */
export async function restartBy(
  { restarts }: Timetable,
  began: number,
  options: RestartOptions,
  onRestarted: (restarted: Restarted) => void,
): Promise<void> {
  const { outages, signal } = options;
  let earliest = began;
  for (const { part, signal: how, awayMs, at } of restarts) {
    await sleep(Math.max(began + at, earliest) - Date.now(), undefined, { signal });
    const start = Date.now();
    outages.restartBegins(start);
    if (part === 'engine') await restartEngine(options, awayMs);
    else await restartGateway(options, how);
    outages.restartEnds(Date.now());
    earliest = Date.now() + LEAST_BETWEEN_MS;
    onRestarted({ part, signal: how, tookMs: Date.now() - start });
  }
}
