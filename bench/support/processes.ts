import { readdirSync, readFileSync } from 'node:fs';

const read = (pid: number | string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};

/** Every process of this machine that lives. */
const processes = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/**
 * The processes that were started with a variable in their environment, and whatever those have started. A zombie has no
 * environment, so that it does not count.
 */
export const markedBy = (variable: string, value: string): number[] =>
  processes()
    .filter((pid) => read(pid, 'environ').split('\0').includes(`${variable}=${value}`))
    .map(Number);

const KB = 1_024;

const numberOf = (status: string, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);

/** Bytes of memory that a process and all its descendants hold now (resident); 0 once it has ended. */
export function memoryOf(pid: number): number {
  const statuses = new Map(processes().map((name) => [Number(name), read(name, 'status')]));
  const tree = [pid];
  for (const parent of tree) {
    for (const [child, status] of statuses) if (numberOf(status, 'PPid') === parent) tree.push(child);
  }
  return tree.reduce((sum, member) => sum + numberOf(statuses.get(member) ?? '', 'VmRSS') * KB, 0);
}
