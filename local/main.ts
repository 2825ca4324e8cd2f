import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockData } from './data-lock.ts';
import { availableEngines, type Engine, startEngine } from './engine.ts';
import { type Instance, startInstance } from './instance.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { synthesize } from './synth.ts';

const LOCAL = fileURLToPath(new URL('../.local', import.meta.url));
const ASSEMBLY = path.join(LOCAL, 'cdk.out');
const DATA = path.join(LOCAL, 'data');
/** Where DynamoDB Local listens by custom; taken if it is free. */
const ENGINE_PORT = 8000;

/** What must be undone at the end, the last first, also of what is still starting. */
const cleanUp: (() => Promise<void> | void)[] = [];

async function stop(): Promise<void> {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
}

async function engineFor({ endpoint, memory }: Options): Promise<Engine> {
  if (endpoint) return { name: 'DYNAMODB_ENDPOINT', endpoint, close: async () => {} };
  const [kind] = availableEngines();
  if (!kind) {
    throw new Error(
      'no DynamoDB engine: the one from npm runs on Linux x64, DynamoDB Local needs Java 17; install Java, or set DYNAMODB_ENDPOINT',
    );
  }
  const engine = startEngine({ kind, preferredPort: ENGINE_PORT, ...(!memory && { dataDirectory: DATA }) });
  undoAtEnd(engine);
  return engine;
}

function undoAtEnd(starting: Promise<{ close(): Promise<void> }>): void {
  cleanUp.push(() =>
    starting.then(
      (started) => started.close(),
      () => {},
    ),
  );
}

const banner = ({ url, issuer, stack }: Instance, engine: Engine, { memory, logLevel }: Options): string => `
  gateway     ${url}
  sign-in     ${issuer}
  dynamodb    ${engine.endpoint} (${engine.name}${memory ? ', in memory' : ''})
  tables      ${stack.tables.map(({ name }) => name).join(', ')}
  log level   ${logLevel}

ready ${url}
`;

async function start(options: Options): Promise<void> {
  if (!options.memory && !options.endpoint) cleanUp.push(lockData(DATA));
  let engine: Engine | undefined;
  const prepare = async () => {
    [engine] = await Promise.all([engineFor(options), synthesize(ASSEMBLY)]);
    return { assembly: ASSEMBLY, endpoint: engine.endpoint };
  };
  const print = (line: string) => console.log(line);
  const instance = startInstance({
    port: options.port,
    prepare,
    dataDirectory: options.memory ? undefined : DATA,
    logLevel: options.logLevel.toUpperCase(),
    onLog: print,
    ...(['debug', 'info'].includes(options.logLevel) && { onAccessLog: print }),
  });
  undoAtEnd(instance);
  const started = await instance;
  if (engine) process.stdout.write(banner(started, engine, options));
}

/** One clear line for what people can mend; the rest is a defect, and keeps its stack. */
function explain(error: unknown, port: number | undefined): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${port} is taken; stop what listens there, or set PORT`;
  return message;
}

async function main(): Promise<void> {
  let port: number | undefined;
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (options.help) return void process.stdout.write(HELP);
    port = options.port;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => stop().finally(() => process.exit(0)));
    }
    await start(options);
  } catch (error) {
    process.stderr.write(`npm start: ${explain(error, port)}\n`);
    await stop();
    process.exit(1);
  }
}

await main();
