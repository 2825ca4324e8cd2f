import type { Counted } from './service.ts';
import type { Traffic } from './traffic.ts';

/** One count, and what it should be. */
export interface Row {
  readonly name: string;
  readonly expected: number;
  readonly found: number;
}

export const agrees = ({ expected, found }: Row): boolean => expected === found;

/** Compares what a client sent and saw with what the service counted: the check exactly, and the analytics. */
export function reconcile({ sent, statuses }: Pick<Traffic, 'sent' | 'statuses'>, counted: Counted): Row[] {
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const every = [...new Set([...Object.keys(statuses), ...Object.keys(counted.statuses)])].sort();
  return [
    { name: 'answered', expected: sent, found: answered },
    { name: 'analytics: requests', expected: sent, found: counted.requests },
    ...every.map((status) => ({
      name: `analytics: status ${status}`,
      expected: statuses[status] ?? 0,
      found: counted.statuses[status] ?? 0,
    })),
    { name: 'exact counter: accepted', expected: sent - counted.rejected, found: counted.accepted },
  ];
}
