import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const DIRECTORY = fileURLToPath(new URL('../.local', import.meta.url));

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type PrintedLevel = (typeof LOG_LEVELS)[number];

/** What `npm start` was asked to do. */
export interface Options {
  readonly port: number;
  /** Keep nothing: tables and signing key live in memory. */
  readonly memory: boolean;
  /** Absolute path of the directory for data and for the synthesized stack. */
  readonly directory: string;
  /** The least severe lines that are printed. */
  readonly logLevel: PrintedLevel;
  /** A DynamoDB engine that runs already. */
  readonly endpoint: string | undefined;
  /** Sell credits, by a payment provider that is played here. */
  readonly payments: boolean;
  /** Accept imported secrets that were made elsewhere. */
  readonly foreignSecrets: boolean;
  readonly help: boolean;
}

export const HELP = `Runs Sensei Keys whole on this machine: gateway, functions, tables, sign-in.

  npm start -- [options]

  --memory             keep nothing; else data stay in the directory
  --directory DIR      where data and the synthesized stack are (default .local)
  --payments           sell credits, on a payment page of this machine
  --foreign-secrets    accept imported secrets that were made elsewhere
  --log-level LEVEL    ${LOG_LEVELS.join(', ')} (default info)
  --help               this text

  PORT                 port of the gateway on 127.0.0.1 (default 3000)
  DYNAMODB_ENDPOINT    a DynamoDB engine that runs already, such as http://127.0.0.1:8000
`;

/**
 * Reads the port from the environment.
 *
 * @throws Error that names what was given and what is allowed.
 */
export function readPort(env: NodeJS.ProcessEnv): number {
  const text = env.PORT || '3000';
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Error(`PORT is ${JSON.stringify(text)}; allowed is a number from 1 to 65535`);
}

/**
 * Reads the command line and the environment.
 *
 * @throws Error that names the option, what was given and what is allowed.
 */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      memory: { type: 'boolean', default: false },
      payments: { type: 'boolean', default: false },
      'foreign-secrets': { type: 'boolean', default: false },
      directory: { type: 'string', default: DIRECTORY },
      'log-level': { type: 'string', default: 'info' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const given = values['log-level'];
  const logLevel = LOG_LEVELS.find((level) => level === given);
  if (!logLevel) throw new Error(`--log-level is ${JSON.stringify(given)}; allowed are ${LOG_LEVELS.join(', ')}`);
  const endpoint = env.DYNAMODB_ENDPOINT || undefined;
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    throw new Error(`DYNAMODB_ENDPOINT is ${JSON.stringify(endpoint)}; allowed is a URL such as http://127.0.0.1:8000`);
  }
  const { memory, payments, 'foreign-secrets': foreignSecrets, help } = values;
  const directory = path.resolve(values.directory);
  return { port: readPort(env), memory, payments, foreignSecrets, directory, logLevel, endpoint, help };
}
