import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { plans } from '../../infra/plans.ts';
import { PLANS, type Plans } from '../../lib/accounts/plans.ts';

/** The stage that `npm start` runs, and `cdk deploy` deploys where none is named. */
export const DEFAULT_STAGE = 'dev';

const CDK = new URL('../../cdk.json', import.meta.url);

type Stages = Readonly<
  Record<
    string,
    {
      readonly plans?: unknown;
      readonly retainData?: boolean;
      readonly billing?: unknown;
      readonly foreignSecrets?: boolean;
    }
  >
>;

const stages = (): Stages => JSON.parse(readFileSync(CDK, 'utf8')).context.stages;

/** @throws InvalidArgumentError that names the stages there are. */
export function stageNamed(name: string): string {
  const names = Object.keys(stages());
  if (names.includes(name)) return name;
  throw new InvalidArgumentError(`Allowed is a stage of cdk.json: ${names.join(', ')}.`);
}

/** What a stage is told in `cdk.json`. */
export const settingsOf = (stage: string): Stages[string] => stages()[stage] ?? {};

/** The plans of a stage: its own, or those shipped. */
export function plansOf(stage: string): Plans {
  const own = settingsOf(stage).plans;
  return own === undefined ? PLANS : plans.parse(own);
}

/** Tells whether credits are sold there; an instance on this machine does not say so. */
export const sellsCredits = (stage: string | undefined): boolean =>
  stage !== undefined && settingsOf(stage).billing !== undefined;
