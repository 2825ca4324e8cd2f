import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BurstOutcome } from './burst.ts';
import type { Subject } from './cpu.ts';
import type { Contender } from './rate.ts';
import type { ScenarioCost } from './scenarios.ts';

const DIRECTORY = fileURLToPath(new URL('../peer', import.meta.url));

export const PEER = 'better-auth';

/** better-auth's API keys on the same engine, in a process of its own. */
export interface Peer extends Subject, Contender {
  cost(): Promise<Omit<ScenarioCost, 'name'>>;
  burst(): Promise<BurstOutcome>;
  close(): unknown;
}

/**
 * Installs the peer's packages where they are not there yet.
 *
 * @param say is told that they will be.
 */
async function install(say: (line: string) => void, signal: AbortSignal): Promise<void> {
  if (existsSync(path.join(DIRECTORY, 'node_modules', 'better-auth'))) return;
  say('installing the peer into bench/peer (npm ci) …');
  await promisify(execFile)('npm', ['ci', '--ignore-scripts'], { cwd: DIRECTORY, signal });
}

/** Starts the peer. */
export async function startPeer(endpoint: string, say: (line: string) => void, signal: AbortSignal): Promise<Peer> {
  await install(say, signal);
  const child = fork(path.join(DIRECTORY, 'peer.mjs'), [endpoint], { signal });
  child.once('error', () => {});
  const tell = <Answer>(task: string, amount?: number) => ask<Answer>(child, { task, amount });
  return {
    name: PEER,
    cost: () => tell('cost'),
    burst: () => tell('burst'),
    cpu: (iterations) => tell('cpu', iterations),
    perSecond: (calls) => tell('rate', calls),
    close: () => child.connected && child.disconnect(),
  };
}

async function ask<Answer>(
  child: ChildProcess,
  message: { task: string; amount: number | undefined },
): Promise<Answer> {
  const ended = new AbortController();
  const { signal } = ended;
  child.send(message);
  try {
    const [reply] = await Promise.race([once(child, 'message', { signal }), once(child, 'exit', { signal })]);
    const { answer, error = `the peer ended with ${reply}` } = Object(reply) as { answer?: Answer; error?: string };
    if (answer === undefined) throw new Error(error);
    return answer;
  } finally {
    ended.abort();
  }
}
