/**
 * Judges the dashboard by Lighthouse, and takes the time of what people do with 50 keys on 40 routes: see
 * `docs/benchmarks.md`.
 *
 *     npm run bench:web -- [--json] [--help]
 */
import { parseArgs } from 'node:util';
import { startFilledInstance } from '../cli/demo/process.ts';
import { freePort } from '../local/free-port.ts';
import { runBench } from './support/run.ts';
import { table } from './support/table.ts';
import { measureInteractions } from './web/interactions.ts';
import { judge } from './web/judge.ts';

const HELP = `Judges the dashboard by Lighthouse (desktop), signed out and signed in, over an instance that the demo has filled,
and takes the time of interactions with 50 keys on 40 routes. Lighthouse is installed into bench/lighthouse.

  npm run bench:web -- [options]

  --json     print JSON
  --help     this text
`;

await runBench('bench:web', async ({ signal, start, say }) => {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { json: flag, help: { ...flag, short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  const { url } = await start(startFilledInstance(await freePort()));
  const pages = await judge(url, 'ada@example.com', say, signal);
  say('interactions with 50 keys on 40 routes …');
  const interactions = await measureInteractions(url);
  if (values.json) return void console.log(JSON.stringify({ pages, interactions }));

  const ms = (value: number) => `${Math.round(value)}`;
  const scored = pages.map(({ page, scores, fcpMs, lcpMs, tbtMs, cls, kilobytes, failed }) => [
    page,
    ...[scores.performance, scores.accessibility, scores['best-practices']].map(String),
    ...[fcpMs, lcpMs, tbtMs].map(ms),
    cls.toFixed(3),
    ms(kilobytes),
    failed.join(' ') || '–',
  ]);
  const head = [
    'Lighthouse',
    'performance',
    'accessibility',
    'best practices',
    'FCP ms',
    'LCP ms',
    'TBT ms',
    'CLS',
    'KB',
  ];
  console.log(table([[...head, 'below 90'], ...scored]));
  console.log(
    table([
      ['interaction', 'median ms', 'worst ms'],
      ...interactions.map(({ name, medianMs, worstMs }) => [name, ms(medianMs), ms(worstMs)]),
    ]),
  );
});
