import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who runs migrations. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** The same of all processes that can see each other by their number; absent where nobody can tell. */
  readonly machine?: string;
}

/** This process. */
export const thisProcess = (since: number): Holder => {
  const machine = thisMachine();
  return { host: hostname(), pid: process.pid, since, ...(machine && { machine }) };
};

/**
 * Linux has a name for each start of a machine, and for each space of process numbers in it, such as a container's. By a host
 * name alone another machine's process could be taken for one that has ended here.
 */
function thisMachine(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return createHash('sha256')
      .update(`${boot} ${readlinkSync('/proc/self/ns/pid')}`)
      .digest('hex')
      .slice(0, 16);
  } catch {
    return undefined;
  }
}

/** Tells whether a holder is a process of the same machine which has ended. */
export const isGone = (
  { machine, pid }: Holder,
  { machine: here }: Holder,
  isAlive: (pid: number) => boolean = isRunning,
): boolean => here !== undefined && machine === here && !isAlive(pid);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
