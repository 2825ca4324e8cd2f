import { parseArgs } from 'node:util';
import { Mistake } from '../support/mistake.ts';

export const HELP = `Puts mixed traffic on an instance of its own, restarts its engine and its gateway meanwhile, and reconciles all counts.

  npm run soak -- [options]

  --minutes N      so long (default 10; 0.1 to 1440)
  --rps N          calls a second (default 50)
  --json           print JSON
  --help           this text

In the first half, by turns: the engine is killed (SIGKILL) and stays away for 2 s, the gateway is stopped (SIGTERM), the
engine is killed and starts again at once, the gateway is killed (SIGKILL). In the rest nothing is restarted. All the time keys
are called, rotated, revoked and made, plans changed, credits granted. It promises at the end:

  keys       of every key as many calls are counted as were accepted. A call without an answer, or answered 5xx while the
             engine went or came, may have been counted or not: it widens what is allowed by one
  credits    no account's credits drift from its ledger; what was granted is there; what was spent is the cost of accepted
             calls, within that of calls without an answer
  usage      every answered call is in the analytics, with one exception: lines that a killed gateway had in its memory. Those
             of the last 10 s before a SIGKILL may be lost, and are told
  answers    no call fails but those under way at a restart, or begun within 5 s after it
  memory     of gateway and engine is flat: the median of the last third of the stretch without restarts is within 10 % of
             that of the middle third. Judged where a third has 20 s at least, so from 2 minutes on
  processes  none is left

It ends with 0 if all hold, 1 if one does not or something fails, 2 for a wrong option.
`;

/** What `npm run soak` was asked to do. */
export interface Options {
  readonly minutes: number;
  readonly rps: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws Mistake that names the option, what was given, and what is allowed; the error of `node:util` for an unknown one. */
export function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { ...text, default: '10' },
      rps: { ...text, default: '50' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { json, help } = values;
  return {
    minutes: numberIn('minutes', values.minutes, /^\d+(\.\d+)?$/, 'a number', 0.1, 1_440),
    rps: numberIn('rps', values.rps, /^\d+$/, 'a whole number', 1, 1_000),
    json,
    help,
  };
}

const wrong = (option: string, given: string, allowed: string): Mistake =>
  new Mistake(`--${option} is ${JSON.stringify(given)}; allowed is ${allowed}`);

function numberIn(option: string, given: string, form: RegExp, kind: string, least: number, most: number): number {
  const value = Number(given);
  if (form.test(given) && value >= least && value <= most) return value;
  throw wrong(option, given, `${kind} from ${least} to ${most}`);
}
