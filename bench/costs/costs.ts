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

/** Where calls of one kind differ. */
interface Kind {
  readonly title: string;
  readonly scenario: ScenarioCost;
  /** The authorizer's, as billed. */
  readonly ms: number;
  readonly logs: string;
  readonly logBytes: number;
  /** A known key: its call is counted as usage, also one that is refused. */
  readonly isCounted: boolean;
}

function accepted(scenario: ScenarioCost): CallCosts {
  const { authorizerMs, perContainer } = ASSUMED;
  return costsOf({
    title: 'accepted',
    scenario,
    ms: authorizerMs,
    logs: 'logs: access line, Lambda’s own two, metrics',
    logBytes: accessBytes(false) + platformBytes() + metricBytes(perContainer),
    isCounted: true,
  });
}

/** @param isKnown a known key: its refusal is logged, to be counted. */
function refusal(title: string, isKnown: boolean, scenario: ScenarioCost): CallCosts {
  const { refusalMs, perContainer } = ASSUMED;
  const logBytes = accessBytes(true) + platformBytes() + metricBytes(perContainer, true);
  return costsOf({
    title,
    scenario,
    ms: refusalMs,
    logs: 'logs',
    logBytes: logBytes + (isKnown ? refusalBytes() : 0),
    isCounted: isKnown,
  });
}

const costsOf = ({ title, scenario, ms, logs, logBytes, isCounted }: Kind): CallCosts => ({
  title,
  rows: [
    { what: 'API Gateway', price: 'gatewayRequest', amount: 1, from: 'by design' },
    { what: 'the authorizer: invocation', price: 'invocation', amount: 1, from: 'by design' },
    {
      what: `the authorizer: ${ms} ms at ${ASSUMED.authorizerGb} GB`,
      price: 'gigabyteSecond',
      amount: (ms / 1_000) * ASSUMED.authorizerGb,
      from: 'assumed',
    },
    { what: 'the check: writes', price: 'writeUnit', amount: scenario.writeUnits, from: 'measured' },
    { what: 'the check: reads', price: 'readUnit', amount: scenario.readUnits, from: 'measured' },
    { what: logs, price: 'logGigabyte', amount: logBytes / GIGABYTE, from: 'measured' },
    ...(isCounted ? usage() : []),
  ],
});

function usage(): CostRow[] {
  const { writeUnits, dollars } = recordingCost(ASSUMED.traffic, SECONDS, createRandom(SEED).next);
  const invocations = dollars.invocations / (PRICES.invocation.dollars * 1e6);
  return [
    { what: 'usage: writes', price: 'writeUnit', amount: writeUnits / 1e6, from: 'measured' },
    { what: 'usage: invocations', price: 'invocation', amount: invocations, from: 'measured' },
  ];
}

/** US dollars of a million calls. */
export const dollarsOf = ({ rows }: CallCosts): number =>
  rows.reduce((sum, { price, amount }) => sum + amount * PRICES[price].dollars * 1e6, 0);
