import { createRandom } from '../../cli/demo/random.ts';
import type { ScenarioCost } from '../check/scenarios.ts';
import { recordingCost } from '../usage/cost.ts';
import { accessBytes, metricBytes, platformBytes, refusalBytes } from './lines.ts';
import { PRICES, type PriceName } from './prices.ts';

/** How much of one thing a million calls take. */
export interface CostRow {
  readonly what: string;
  readonly price: PriceName;
  /** For one call. */
  readonly amount: number;
  readonly from: 'measured' | 'assumed' | 'by design';
}

/** Calls of one kind. */
export interface CallCosts {
  readonly title: string;
  readonly rows: readonly CostRow[];
}

/** What cannot be measured without AWS. */
export const ASSUMED = {
  /** One write of DynamoDB and the check, in ms as Lambda bills them; a refusal from memory takes the least that is billed. */
  authorizerMs: 6,
  refusalMs: 1,
  authorizerGb: 1,
  /** Calls a second of each container, which decides how many share a line of metrics. */
  perContainer: 10,
  /** Even traffic of so many calls a second on so many keys, whose log is delivered every so many seconds. */
  traffic: { perSecond: 100, keys: 100, delivery: 10 },
} as const;

const GIGABYTE = 1e9;
const SECONDS = 60;
/** Any: the page is the same each time it is written. */
const SEED = 'costs';

/** @param measured what one check of each scenario takes of DynamoDB: see `rehearseScenarios`. */
export function callCosts(measured: readonly ScenarioCost[]): CallCosts[] {
  const scenario = (name: string): ScenarioCost => {
    const found = measured.find((one) => one.name === name);
    if (!found) throw new Error(`no scenario ${name}; there are ${measured.map((one) => one.name).join(', ')}`);
    return found;
  };
  return [
    accepted(scenario('warm accept')),
    refusal('refused from memory, such as over its limit', true, scenario('warm deny')),
    refusal('garbage in place of a key', false, scenario('garbage')),
  ];
}

function accepted({ writeUnits, readUnits }: ScenarioCost): CallCosts {
  const { authorizerMs, authorizerGb, perContainer } = ASSUMED;
  const bytes = accessBytes(false) + platformBytes() + metricBytes(perContainer);
  return {
    title: 'accepted',
    rows: [
      { what: 'API Gateway', price: 'gatewayRequest', amount: 1, from: 'by design' },
      { what: 'the authorizer: invocation', price: 'invocation', amount: 1, from: 'by design' },
      {
        what: `the authorizer: ${authorizerMs} ms at ${authorizerGb} GB`,
        price: 'gigabyteSecond',
        amount: (authorizerMs / 1_000) * authorizerGb,
        from: 'assumed',
      },
      { what: 'the check: writes', price: 'writeUnit', amount: writeUnits, from: 'measured' },
      { what: 'the check: reads', price: 'readUnit', amount: readUnits, from: 'measured' },
      {
        what: 'logs: access line, Lambda’s own two, metrics',
        price: 'logGigabyte',
        amount: bytes / GIGABYTE,
        from: 'measured',
      },
      ...usage(),
    ],
  };
}

/** Each call of a known key is counted as usage, also one that is refused. */
function usage(): CostRow[] {
  const { writeUnits, dollars } = recordingCost(ASSUMED.traffic, SECONDS, createRandom(SEED).next);
  const invocations = dollars.invocations / (PRICES.invocation.dollars * 1e6);
  return [
    { what: 'usage: writes', price: 'writeUnit', amount: writeUnits / 1e6, from: 'measured' },
    { what: 'usage: invocations', price: 'invocation', amount: invocations, from: 'measured' },
  ];
}

/** @param isKnown a known key: its refusal is logged, to be counted. */
function refusal(title: string, isKnown: boolean, { writeUnits, readUnits }: ScenarioCost): CallCosts {
  const { refusalMs, authorizerGb, perContainer } = ASSUMED;
  const bytes = accessBytes(true) + platformBytes() + metricBytes(perContainer, true) + (isKnown ? refusalBytes() : 0);
  return {
    title,
    rows: [
      { what: 'API Gateway', price: 'gatewayRequest', amount: 1, from: 'by design' },
      { what: 'the authorizer: invocation', price: 'invocation', amount: 1, from: 'by design' },
      {
        what: `the authorizer: ${refusalMs} ms at ${authorizerGb} GB`,
        price: 'gigabyteSecond',
        amount: (refusalMs / 1_000) * authorizerGb,
        from: 'assumed',
      },
      { what: 'the check: writes', price: 'writeUnit', amount: writeUnits, from: 'measured' },
      { what: 'the check: reads', price: 'readUnit', amount: readUnits, from: 'measured' },
      { what: 'logs', price: 'logGigabyte', amount: bytes / GIGABYTE, from: 'measured' },
      ...(isKnown ? usage() : []),
    ],
  };
}

/** US dollars of a million calls. */
export const dollarsOf = ({ rows }: CallCosts): number =>
  rows.reduce((sum, { price, amount }) => sum + amount * PRICES[price].dollars * 1e6, 0);
