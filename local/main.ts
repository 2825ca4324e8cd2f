import path from 'node:path';
import { lockData } from './data-lock.ts';
import { type Engine, engineAt, startEngine } from './engine.ts';
import { type Instance, startInstance } from './instance.ts';
import { keepDeadLetter } from './lambda/dead-letters.ts';
import { type LogLevel, SEVERITY } from './lambda/messages.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { whenOrphaned } from './orphan.ts';
import { synthesize } from './synth.ts';

/** Where DynamoDB Local listens by custom; taken if it is free. */
const ENGINE_PORT = 8000;

/** The settings of a deployment that sells credits: the secret is played here too. */
const SELLING = { billing: { secretName: 'local', returnUrl: 'http://localhost/credits' } };

/** Settings of the stage that a person asks for. */
const settingsFor = ({ payments, foreignSecrets }: Options) => ({
  ...(payments && SELLING),
  ...(foreignSecrets && { foreignSecrets }),
});

/** What must be undone at the end, the last first, also of what is still starting. */
const cleanUp: (() => unknown)[] = [];
/** Aborted when the end begins: from then on nothing more is started. */
const end = new AbortController();
let stopped: Promise<void> | undefined;

async function undoAll(): Promise<void> {
  end.abort();
  for (let undo = cleanUp.pop(); undo; undo = cleanUp.pop()) await undo();
}

/** Stops once, however often it is asked to: npm passes on a Ctrl-C that the terminal has sent here already. */
function stop(): Promise<void> {
  stopped ??= undoAll();
  return stopped;
}

function engineFor({ endpoint, memory }: Options, dataDirectory: string): Promise<Engine> {
  if (endpoint) return engineAt(endpoint, end.signal);
  return startEngine({ preferredPort: ENGINE_PORT, ownGroup: true, ...(!memory && { dataDirectory }) });
}

/** Closes what was started, if it ever is. */
const close = (starting: Promise<{ close(): Promise<void> }> | undefined): Promise<void> | undefined =>
  starting?.then(
    (started) => started.close(),
    () => {},
  );

const banner = ({ url, issuer, stack }: Instance, engine: Engine, { memory, logLevel }: Options): string => `
${stack.site ? `  dashboard   ${url}\n` : ''}  gateway     ${url}
  sign-in     ${issuer}
  dynamodb    ${engine.endpoint} (${engine.name}${memory ? ', in memory' : ''})
  tables      ${stack.tables.map(({ name }) => name).join(', ')}
  log level   ${logLevel}

ready ${url}
`;

async function start(options: Options): Promise<void> {
  const assembly = path.join(options.directory, 'cdk.out');
  const data = path.join(options.directory, 'data');
  if (!options.memory && !options.endpoint) cleanUp.push(lockData(data));
  let engine: Promise<Engine> | undefined;
  cleanUp.push(() => close(engine));
  const prepare = async () => {
    end.signal.throwIfAborted();
    engine = engineFor(options, data);
    const [{ endpoint }] = await Promise.all([
      engine,
      synthesize(assembly, { settings: settingsFor(options), signal: end.signal }),
    ]);
    return { assembly, endpoint };
  };
  const least = SEVERITY[options.logLevel.toUpperCase() as LogLevel];
  const instance = startInstance({
    port: options.port,
    prepare,
    dataDirectory: options.memory ? undefined : data,
    payments: options.payments,
    // Fewer lines are printed, not logged: usage is counted from some of them.
    ...(options.logLevel === 'debug' && { logLevel: 'DEBUG' }),
    onLog: (line, level) => SEVERITY[level] >= least && console.log(line),
    onAccessLog: (line) => SEVERITY.INFO >= least && console.log(line),
    onDeadLetter: (letter) => keepDeadLetter(letter, options.memory ? undefined : data),
  });
  cleanUp.push(() => close(instance));
  const started = await instance;
  if (engine && !end.signal.aborted) process.stdout.write(banner(started, await engine, options));
}

/** One clear line, which says what people can mend. */
function explain(error: unknown, port: number | undefined): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' ? `port ${port} is taken; stop what listens there, or set PORT` : message;
}

async function main(): Promise<void> {
  let port: number | undefined;
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options.help) return void process.stdout.write(HELP);
    port = options.port;
    const leave = () => stop().finally(() => process.exit(0));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, leave);
    whenOrphaned(leave);
    await start(options);
  } catch (error) {
    // Who was asked to stop while it started fails to start, and that is no news.
    if (end.signal.aborted) return;
    process.stderr.write(`npm start: ${explain(error, port)}\n`);
    await stop();
    process.exit(1);
  }
}

await main();
