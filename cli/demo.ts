import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { whenOrphaned } from '../local/orphan.ts';
import { type DemoAccount, makeAccount } from './demo/account.ts';
import { callOnce } from './demo/live.ts';
import { logLine } from './demo/log-line.ts';
import { callsIn, hoursUntil } from './demo/month.ts';
import { HELP, type Options, readOptions } from './demo/options.ts';
import { type OwnInstance, startOwnInstance } from './demo/own-instance.ts';
import { createRandom, type Random } from './demo/random.ts';
import { findService, type Service } from './demo/service.ts';
import { createProgress } from './support/progress.ts';

const INTERRUPTED = 130;
/** An instance takes 8 MB at once, and counts as much in a second or two. */
const LINES_AT_ONCE = 2_000;
const LIVE_CALLS = 60;
const LIVE_EVERY_MS = 2_000;

const end = new AbortController();
let own: OwnInstance | undefined;
let stopping: Promise<void> | undefined;

/** Stops once, however often it is asked to: npm passes on a Ctrl-C that the terminal has sent here already. */
function stop(): Promise<void> {
  end.abort();
  stopping ??= own?.close() ?? Promise.resolve();
  return stopping;
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const bright = (text: string): string => styleText('bold', text, { stream: process.stdout });

async function serviceOn(port: number): Promise<Service> {
  const running = await findService(port, end.signal);
  if (running) return running;
  say(`no instance runs on port ${port}: starting one that keeps nothing`);
  await startOwnInstance(port, (started) => {
    own = started;
  });
  const started = await findService(port, end.signal);
  if (started) return started;
  throw new Error('the instance has not started');
}

/** Has the calls of a month counted, as the gateway would have told of them. */
async function fill(service: Service, { email, days }: Options, account: DemoAccount, random: Random): Promise<number> {
  const now = Date.now();
  const hours = hoursUntil(now, days);
  const progress = createProgress(process.stderr);
  let waiting: { timestamp: number; message: string }[] = [];
  let calls = 0;
  for (const [i, hour] of hours.entries()) {
    for (const call of callsIn(hour, now, account.keys, random)) {
      const message = logLine(service.accessLog.format, email, call, `demo-${++calls}`);
      waiting.push({ timestamp: call.at, message });
    }
    if (waiting.length < LINES_AT_ONCE && i + 1 < hours.length) continue;
    await service.deliver(waiting);
    waiting = [];
    progress.show((i + 1) / hours.length);
  }
  progress.end();
  return calls;
}

async function run(options: Options): Promise<void> {
  const { email, days, port } = options;
  const service = await serviceOn(port);
  const random = createRandom(email);
  const account = await makeAccount(service, port, email);
  say(`${account.keys.length + 1} keys of ${email}; now ${days} days of calls`);
  const calls = await fill(service, options, account, random);
  for (let i = 0; i < LIVE_CALLS; i++) await callOnce(service, account, random);
  await account.finish();

  const count = (calls + LIVE_CALLS).toLocaleString('en');
  process.stdout.write(`${count} calls in ${days} days are counted\n\nsign in as ${bright(email)} at ${service.url}\n`);
  if (!own) return;
  say('Ctrl-C ends the instance, and all that is in it');
  while (!end.signal.aborted) {
    await Promise.race([sleep(LIVE_EVERY_MS, undefined, { signal: end.signal }), own.ended.then(() => end.abort())]);
    if (!end.signal.aborted) await callOnce(service, account, random);
  }
}

async function main(): Promise<void> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    say(`npm run demo: ${(error as Error).message}`);
    process.exitCode = 2;
    return;
  }
  if (options.help) return void process.stdout.write(HELP);
  const leave = () => void stop().finally(() => process.exit(INTERRUPTED));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  whenOrphaned(leave);
  try {
    await run(options);
  } catch (error) {
    // Who was asked to stop fails to go on, and that is no news.
    if (end.signal.aborted) return;
    say(`npm run demo: ${(error as Error).message}`);
    process.exitCode = 1;
    await stop();
  }
}

await main();
