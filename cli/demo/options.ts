import { parseArgs } from 'node:util';
import { normalizeEmail } from '../../lib/accounts/email.ts';
import { readPort } from '../../local/options.ts';

export const HELP = `Fills an instance on this machine with a month of one user's life: keys, a plan, credits, calls.

  npm run demo -- [options]

  --email EMAIL    whose (default ada@example.com)
  --days N         so many days of calls until now, 1 to 90 (default 30)
  --help           this text

  PORT             port of the instance (default 3000)

It fills the instance that runs on PORT. Where none runs it starts one, which keeps nothing, and runs it until Ctrl-C.
Calls go the way of all calls: as lines of the access log to the function that counts usage.
It exits with 0 when all is there, 1 if something fails, 2 for a wrong option.
`;

/** What `npm run demo` was asked to do. */
export interface Options {
  readonly email: string;
  readonly days: number;
  readonly port: number;
  readonly help: boolean;
}

const MOST_DAYS = 90;

/** @throws Error that names the option, what was given and what is allowed. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      email: { type: 'string', default: 'ada@example.com' },
      days: { type: 'string', default: '30' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const email = normalizeEmail(values.email);
  if (!email)
    throw new Error(`--email is ${JSON.stringify(values.email)}; allowed is an address such as ada@example.com`);
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw new Error(`--days is ${JSON.stringify(values.days)}; allowed is a whole number from 1 to ${MOST_DAYS}`);
  }
  return { email, days, port: readPort(env), help: values.help };
}
