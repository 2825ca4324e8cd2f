import { styleText } from 'node:util';
import { table } from '../support/table.ts';
import { agrees, type Row } from './reconcile.ts';
import type { Traffic } from './traffic.ts';

const count = (value: number): string => value.toLocaleString('en');

/** What the client saw, as text. */
export function trafficReport({ sent, statuses, unanswered, seconds, latency }: Traffic): string {
  const { errors, timeouts } = unanswered;
  return table([
    ['requests', 'a second', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', ...Object.keys(statuses), 'errors', 'timeouts'],
    [
      count(sent),
      (sent / seconds).toFixed(1),
      ...[latency.p50, latency.p95, latency.p99, latency.max].map((milliseconds) => milliseconds.toFixed(1)),
      ...Object.values(statuses).map(count),
      ...[errors, timeouts].map(count),
    ],
  ]);
}

/** The reconciliation, as text; in colours where the stream takes them, and `NO_COLOR` is not set. */
export function reconciliationReport(rows: readonly Row[], stream: NodeJS.WriteStream = process.stdout): string {
  const mark = (row: Row) =>
    styleText(agrees(row) ? 'green' : 'red', agrees(row) ? '✓' : `✗ ${row.found - row.expected}`, { stream });
  const cells = rows.map((row) => [row.name, count(row.expected), count(row.found)]);
  const lines = table([['', 'expected', 'found'], ...cells]).split('\n');
  return lines.map((line, i) => (i === 0 ? line : `${line}  ${mark(rows[i - 1] as Row)}`)).join('\n');
}
