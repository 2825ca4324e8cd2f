/**
 * Puts load on an instance, and compares what it sent with what was counted: see `npm run load -- --help`.
 *
 *     npm run load -- --rps 200 --seconds 20
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createProgress } from '../cli/support/progress.ts';
import { HELP, readOptions } from './load/options.ts';
import { agrees, type Row, reconcile } from './load/reconcile.ts';
import { reconciliationReport, trafficReport } from './load/report.ts';
import { openSubject, type Subject } from './load/service.ts';
import { sendTraffic, type Traffic } from './load/traffic.ts';
import { runBench } from './support/run.ts';

const ASK_EVERY_MS = 250;
const SHOW_EVERY_MS = 5_000;

/** Asks until the counts agree, or it has waited long enough. */
async function settle(traffic: Traffic, subject: Subject, waitMs: number, signal: AbortSignal): Promise<Row[]> {
  const began = performance.now();
  for (;;) {
    const rows = reconcile(traffic, await subject.counted());
    if (rows.every(agrees) || performance.now() - began > waitMs) return rows;
    await sleep(ASK_EVERY_MS, undefined, { signal });
  }
}

await runBench('load', async ({ signal, start, say }) => {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) return void process.stdout.write(HELP);
  const { rps, seconds, origin, path, waitSeconds } = options;

  const subject = await start(openSubject(options));
  say(`${rps} requests a second for ${seconds} s to ${origin}${path}, by a key of its own on plan ${subject.plan}`);
  const progress = createProgress(process.stderr, { lines: { everyMs: SHOW_EVERY_MS, now: Date.now } });
  const show = (answered: number) => progress.show(answered / (rps * seconds));
  const traffic = await sendTraffic(options, subject.apiKey, show, signal);
  progress.end();
  signal.throwIfAborted();
  console.log(`\n${trafficReport(traffic)}`);

  const answered = performance.now();
  const rows = await settle(traffic, subject, waitSeconds * 1_000, signal);
  const waited = ((performance.now() - answered) / 1_000).toFixed(1);
  console.log(`\n${reconciliationReport(rows)}\n`);
  const wrong = rows.filter((row) => !agrees(row)).length;
  console.log(
    wrong === 0 ? `all counts agree, ${waited} s after the last answer` : `${wrong} of ${rows.length} counts differ`,
  );
  if (wrong > 0) process.exitCode = 1;
});
