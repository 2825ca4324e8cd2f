import { parseArgs } from 'node:util';

export const HELP = `Measures the check: what it asks of DynamoDB, its CPU time and its rate beside the bare SDK's, and what it costs
where many containers share a limit. Runs on an engine of its own, in memory.

  npm run bench:check -- [options]

  --peer     measure better-auth's API keys beside it (installs them into bench/peer the first time)
  --quick    a few iterations only: the counts are right, the times mean nothing
  --json     print JSON
  --help     this text
`;

/** How much is measured. */
export interface Sizes {
  readonly cpu: { readonly rounds: number; readonly iterations: number };
  readonly rate: { readonly rounds: number; readonly calls: number };
  readonly contentionSeconds: number;
}

const FULL: Sizes = {
  cpu: { rounds: 21, iterations: 1_000 },
  rate: { rounds: 11, calls: 4_000 },
  contentionSeconds: 6,
};
const QUICK: Sizes = { cpu: { rounds: 1, iterations: 5 }, rate: { rounds: 1, calls: 64 }, contentionSeconds: 0.5 };

/** What `npm run bench:check` was asked to do. */
export interface Options {
  readonly sizes: Sizes;
  readonly peer: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws Error that names an option which there is not. */
export function readOptions(args: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  const options = { peer: flag, quick: flag, json: flag, help: { ...flag, short: 'h' } };
  const { quick, peer, json, help } = parseArgs({ args: [...args], options }).values;
  return { sizes: quick ? QUICK : FULL, peer, json, help };
}
