import { parseArgs } from 'node:util';
import { readPort } from '../../local/options.ts';
import { Mistake } from '../support/mistake.ts';

export const HELP = `Sends requests at an even rate with a key made for it, and compares what it sent with what the service counted.

  npm run load -- [options]

  --rps N          requests a second (default 50)
  --seconds S      for so long (default 10)
  --url URL        the instance (default http://127.0.0.1:$PORT, PORT being 3000 if not set)
  --path PATH      a GET route for API keys (default /api/whoami)
  --connections C  connections at once (default: one for 10 requests a second)
  --token TOKEN    an OIDC ID token; also from the variable TOKEN. Needed for a deployed instance, where an admin's
                   token also puts the account on plan scale while it runs. A local instance gives its own tokens
  --wait S         so long to wait until usage has all (default 15, or 180 for a deployed instance)
  --help           this text

It ends with 0 if all counts agree, 1 if one does not or the service fails, 2 for a wrong option.
`;

/** What `npm run load` was asked to do. */
export interface Options {
  readonly rps: number;
  readonly seconds: number;
  readonly origin: string;
  readonly path: string;
  readonly connections: number;
  /** Absent for a local instance, which gives its own. */
  readonly token: string | undefined;
  readonly waitSeconds: number;
  readonly help: boolean;
}

const LOCAL_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]']);
const RATE_OF_A_CONNECTION = 10;

/** @throws Mistake that names the option, what was given, and what is allowed; the error of `node:util` for an unknown one. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rps: text,
      seconds: text,
      url: text,
      path: { ...text, default: '/api/whoami' },
      connections: text,
      token: text,
      wait: text,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const url = readUrl(values.url ?? `http://127.0.0.1:${portOf(env)}`);
  const isLocal = LOCAL_HOSTS.has(url.hostname);
  const token = values.token ?? (env.TOKEN || undefined);
  if (!isLocal && !token && !values.help)
    throw new Mistake(`--url ${url.origin} is no local instance: it needs --token`);
  if (!values.path.startsWith('/')) throw wrong('path', values.path, 'a path such as /api/whoami');
  const rps = wholeNumber('rps', values.rps, 50, 10_000);
  const seconds = wholeNumber('seconds', values.seconds, 10, 3_600);
  return {
    rps,
    seconds,
    origin: url.origin,
    path: values.path,
    // None may stay without a request.
    connections: Math.min(
      wholeNumber('connections', values.connections, Math.ceil(rps / RATE_OF_A_CONNECTION), 1_000),
      rps,
    ),
    token,
    waitSeconds: wholeNumber('wait', values.wait, isLocal ? 15 : 180, 3_600),
    help: values.help,
  };
}

const wrong = (option: string, given: string, allowed: string): Mistake =>
  new Mistake(`--${option} is ${JSON.stringify(given)}; allowed is ${allowed}`);

function wholeNumber(option: string, given: string | undefined, otherwise: number, most: number): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= 1 && value <= most) return value;
  throw wrong(option, given, `a whole number from 1 to ${most}`);
}

function readUrl(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search) return url;
  throw wrong('url', given, 'an origin such as https://api.example.com');
}

function portOf(env: NodeJS.ProcessEnv): number {
  try {
    return readPort(env);
  } catch (error) {
    throw new Mistake((error as Error).message);
  }
}
