import { memoryOf } from '../support/processes.ts';
import { type MemoryTrend, memoryTrend, type Sample } from './memory.ts';

const LOOK_EVERY_MS = 1_000;

/** Looks at the memory of processes now and then. */
export interface Watch {
  /** How it has gone between two times, in milliseconds since the epoch. */
  trends(from: number, to: number): Record<string, MemoryTrend>;
  close(): void;
}

/** @param parts the process of each part, as it is at that moment. */
export function watchMemory(parts: Readonly<Record<string, () => number | undefined>>): Watch {
  const samples = new Map<string, Sample[]>(Object.keys(parts).map((name) => [name, []]));
  const timer = setInterval(() => {
    for (const [name, pid] of Object.entries(parts)) {
      samples.get(name)?.push({ at: Date.now(), bytes: memoryOf(pid() ?? 0) });
    }
  }, LOOK_EVERY_MS);
  return {
    trends: (from, to) => Object.fromEntries([...samples].map(([name, seen]) => [name, memoryTrend(seen, from, to)])),
    close: () => clearInterval(timer),
  };
}
