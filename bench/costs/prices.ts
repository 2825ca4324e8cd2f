/** One list price of AWS in US dollars, of us-east-1. */
export interface Price {
  readonly dollars: number;
  /** What it buys. */
  readonly unit: string;
  /** AWS's page that lists it. */
  readonly page: string;
}

/** When prices were last looked up. */
export const LOOKED_UP = 'November 2026';

const MILLION = 1e6;
const perMillion = (dollars: number, unit: string, page: string): Price => ({ dollars: dollars / MILLION, unit, page });

const PAGES = {
  apiGateway: 'https://aws.amazon.com/api-gateway/pricing/',
  lambda: 'https://aws.amazon.com/lambda/pricing/',
  dynamodb: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  cloudwatch: 'https://aws.amazon.com/cloudwatch/pricing/',
  eventbridge: 'https://aws.amazon.com/eventbridge/pricing/',
} as const;

/** Prices of the first tier, with no free tier taken off. */
export const PRICES = {
  gatewayRequest: perMillion(1, 'request of an HTTP API', PAGES.apiGateway),
  invocation: perMillion(0.2, 'invocation', PAGES.lambda),
  gigabyteSecond: { dollars: 0.0000133334, unit: 'GB-second on arm64', page: PAGES.lambda },
  writeUnit: perMillion(0.625, 'write request unit', PAGES.dynamodb),
  readUnit: perMillion(0.125, 'read request unit', PAGES.dynamodb),
  logGigabyte: { dollars: 0.5, unit: 'GB of logs taken in', page: PAGES.cloudwatch },
  customMetric: { dollars: 0.3, unit: 'metric of one’s own a month', page: PAGES.cloudwatch },
  alarmMetric: { dollars: 0.1, unit: 'metric of an alarm a month', page: PAGES.cloudwatch },
  dashboard: { dollars: 3, unit: 'dashboard a month', page: PAGES.cloudwatch },
  pipeRequest: perMillion(0.4, 'event of a pipe', PAGES.eventbridge),
  busEvent: perMillion(1, 'event of one’s own', PAGES.eventbridge),
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;
