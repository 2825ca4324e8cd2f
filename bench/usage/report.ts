import { table } from '../support/table.ts';
import type { RecordingCost } from './cost.ts';
import { EXTENT } from './fill.ts';
import type { ReportCost } from './reports.ts';

/** All that one run has measured. */
export interface Measured {
  readonly engine: string;
  readonly node: string;
  readonly recording: readonly RecordingCost[];
  readonly reports: readonly ReportCost[];
}

const dollars = (amount: number): string => amount.toFixed(amount < 0.1 ? 3 : 2);

/** The measurements as text. */
export const report = ({ engine, node, recording, reports }: Measured): string =>
  [
    `On ${engine}, with Node.js ${node}.`,
    'Recording a million requests, on 5 routes a key, by the seconds between two deliveries. US dollars.',
    table([
      [
        'requests/s',
        'keys',
        'delivery s',
        'items/batch',
        'write units',
        'writes $',
        'invocations $',
        'logs $',
        'item bytes',
      ],
      ...recording.map((row) => [
        String(row.perSecond),
        ...[row.keys, row.delivery].map(String),
        row.itemsPerBatch.toFixed(1),
        Math.round(row.writeUnits).toLocaleString('en'),
        dollars(row.dollars.writes),
        dollars(row.dollars.invocations),
        dollars(row.dollars.logs),
        String(row.itemBytes),
      ]),
    ]),
    `A report of ${EXTENT.keys} keys on ${EXTENT.routes} routes each.`,
    table([
      ['days', 'by', 'items', 'queries', 'read units', 'MB read', 'ms', 'bare queries ms', 'answer KB'],
      ...reports.map((row) => [
        String(row.days),
        row.granularity,
        ...[row.items, row.queries, row.readUnits].map(String),
        row.megabytes.toFixed(2),
        row.milliseconds.whole.toFixed(0),
        row.milliseconds.bareQueries.toFixed(0),
        row.answerKilobytes.toFixed(0),
      ]),
    ]),
  ].join('\n\n');
