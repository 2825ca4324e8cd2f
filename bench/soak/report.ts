import { styleText } from 'node:util';
import { table } from '../support/table.ts';
import type { Promised } from './promises.ts';
import type { Restarted } from './restarts.ts';

/** What was done in a run. */
export interface Done {
  readonly seconds: number;
  readonly calls: number;
  /** Calls by the status of their answer, or by what failed. */
  readonly answers: Readonly<Record<string, number>>;
  readonly chores: Readonly<Record<string, number>>;
  readonly restarts: readonly Restarted[];
}

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    .join(', ');

/** What was done, as text. */
export function doneReport({ seconds, calls, answers, chores, restarts }: Done): string {
  const by: Record<string, number> = {};
  for (const { part, signal } of restarts) by[`${part} ${signal}`] = (by[`${part} ${signal}`] ?? 0) + 1;
  return [
    `${calls.toLocaleString('en')} calls in ${seconds.toFixed(0)} s: ${counts(answers)}`,
    `restarts: ${counts(by)}`,
    `meanwhile: ${counts(chores)}`,
  ].join('\n');
}

/** The promises, as text; in colours where the stream takes them, and `NO_COLOR` is not set. */
export function promisesReport(promises: readonly Promised[], stream: NodeJS.WriteStream = process.stdout): string {
  const mark = ({ holds }: Promised) => {
    if (holds === undefined) return '-';
    return styleText(holds ? 'green' : 'red', holds ? 'ok' : 'FAILED', { stream });
  };
  const [, ...lines] = table([['', ''], ...promises.map(({ name, text }) => [name, text])]).split('\n');
  const wrong = promises.flatMap((promise) => promise.wrong.map((what) => `  ${promise.name}: ${what}`));
  return [...lines.map((line, i) => `${line}  ${mark(promises[i] as Promised)}`), ...wrong].join('\n');
}
