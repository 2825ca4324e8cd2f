import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const START_MS = 60_000;
const POLL_MS = 20;
const STOP_MS = 5_000;

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });

/**
 * Waits until a child process listens on a port: until it says so, if its standard error is piped here, else until the
 * port accepts a connection, be it that of another process which came first.
 *
 * @throws Error if it ends before, cannot be run, or does not listen within a minute.
 */
export async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  let said = false;
  child.stderr?.on('data', (text) => {
    said ||= /listening on/i.test(String(text));
  });
  const listens = () => (child.stderr ? said : accepts(port));
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await wait(POLL_MS)) {
    if (failure) throw failure;
    if (hasEnded(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    if (await listens()) return;
  }
  throw new Error(`it does not listen on port ${port} after ${START_MS / 1000} s`);
}

/** Asks a child process to end, and makes it after 5 s. Returns when it has. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(force);
}
