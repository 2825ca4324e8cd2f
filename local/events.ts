import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { EVENTS_PATH } from './events/tail.ts';
import { readPort } from './options.ts';

const HELP = `Prints each event of the bus of the instance on PORT (default 3000), as a line of JSON, until Ctrl-C.

  npm run events -- [--type TYPE]

  --type TYPE    of this type alone, such as key.rotated
  --help         this text
`;

try {
  const { values } = parseArgs({
    options: { type: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) process.stdout.write(HELP);
  else await follow(readPort(process.env), values.type);
} catch (error) {
  process.stderr.write(`npm run events: ${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function follow(port: number, type: string | undefined): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${EVENTS_PATH}`).catch((cause) => {
    throw new Error(`no instance answers on port ${port}; run npm start, or set PORT`, { cause });
  });
  const isTail = response.headers.get('content-type') === 'application/x-ndjson';
  if (!isTail || !response.body) throw new Error(`what answers on port ${port} is no instance of Sensei Keys`);
  process.stderr.write(`following the events of port ${port}; Ctrl-C ends\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
  const lines = createInterface({ input: Readable.fromWeb(response.body) });
  for await (const line of lines) {
    if (type === undefined || JSON.parse(line)['detail-type'] === type) process.stdout.write(`${line}\n`);
  }
  throw new Error('the instance has ended');
}
