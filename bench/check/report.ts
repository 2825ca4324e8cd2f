import { table } from '../support/table.ts';
import { BURST } from './burst.ts';
import type { Compared, Measured } from './measure.ts';

const compared = (title: string, unit: string, digits: number, rows: readonly Compared[]): string =>
  table([
    [title, unit, 'ratio'],
    ...rows.map(({ name, median, ratio }) => [name, median.toFixed(digits), ratio.toFixed(2)]),
  ]);

/** The measurements as text. */
export function report({ engine, node, scenarios, cpu, rate, burst, contention }: Measured): string {
  const sections = [
    `On ${engine}, with Node.js ${node}.`,
    table([
      ['per check', 'calls', 'write units', 'read units', 'item bytes'],
      ...scenarios.map(({ name, calls, writeUnits, readUnits, itemBytes }) => [
        name,
        ...[calls, writeUnits, readUnits].map(String),
        itemBytes === null ? '–' : String(itemBytes),
      ]),
    ]),
    `CPU with the network replaced by its last answer. Ratio: a warm accepted check to this.`,
    compared('CPU', 'µs', 1, cpu),
    `Rate at ${rate.callers} callers. Ratio: the check's to this.`,
    compared('rate', 'a second', 0, rate.perSecond),
    `${BURST.callers} callers at once, on a limit of ${BURST.limit}.`,
    table([
      ['burst', 'accepted', 'credits taken'],
      ...burst.map(({ name, accepted, creditsTaken }) => [name, String(accepted), String(creditsTaken)]),
    ]),
    'Containers that share a limit of 100 a second, called at random at half of that rate and at all of it.',
    table([
      [
        'containers',
        'ms added',
        'window s',
        'load',
        'accepted',
        'refused',
        'writes',
        'writes/accepted',
        'retries',
        'reads',
      ],
      ...contention.map((row) => [
        String(row.containers),
        String(row.roundTripMs),
        String(row.windowSeconds),
        String(row.load),
        ...[row.accepted, row.refused, row.writes].map(String),
        row.writesPerAccepted.toFixed(3),
        ...[row.retries, row.reads].map(String),
      ]),
    ]),
  ];
  return sections.join('\n\n');
}
