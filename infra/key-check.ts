import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration, Lazy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENV, type EnvName } from '../lib/env.ts';
import { AUTHORIZE, CHECK } from './endpoints.ts';
import { type ServiceContext, ServiceFunction, tableVariables } from './service-function.ts';
import type { Settings } from './settings.ts';
import { grant } from './table-grants.ts';
import type { Tables } from './tables.ts';

/** Lambda allows 4 KB for all variables of a function. */
const MAX_BYTES = 3_500;

/** What a protected route asks of its callers, and what a call of it costs. */
export interface RouteTerms {
  /** Credits that a call costs, and its weight in rate windows. 0 is free, and weighs 1. @default 1 */
  readonly cost?: number;
  /** Scopes that a key must all be granted, such as `orders:read`. @default - none */
  readonly scopes?: readonly string[];
  /** The environments whose keys are let in. @default - live and test */
  readonly environments?: readonly ('live' | 'test')[];
  /**
   * Lets the refusal of a known key through to the handler, whose `apiKey()` middleware answers it with the reason.
   * A handler without that middleware would run for refused calls, and its failed calls would stay paid.
   * @default - the gateway answers a bare 403
   */
  readonly explained?: boolean;
}

/** What functions are told that check keys. */
export const checkVariables = ({ foreignSecrets }: Settings): Partial<Record<EnvName, string>> =>
  foreignSecrets ? { foreignSecrets: 'true' } : {};

/** The function that checks API keys, and what it is told of the routes. */
export class KeyCheck extends ServiceFunction {
  private readonly terms: Record<string, RouteTerms> = {};
  private readonly tables: Tables;
  private readonly plans: Settings['plans'];

  constructor(scope: Construct, id: string, context: ServiceContext) {
    super(scope, id, {
      ...context,
      name: AUTHORIZE,
      grants: CHECK,
      environment: checkVariables(context.settings),
      timeout: Duration.seconds(5),
      memorySize: 1024,
      logsUsage: true,
    });
    this.tables = context.tables;
    this.plans = context.settings.plans;
    this.function.addEnvironment(ENV.routeTerms, Lazy.string({ produce: () => this.written() }));
  }

  /**
   * Says what holds for a route; where nothing is said, a call costs 1 and demands nothing. The handler of an explained
   * route that costs credits may give them back: its `apiKey()` middleware does for calls that end in a 5xx.
   *
   * @throws Error if a cost is no whole number from 0.
   */
  declare(route: string, handler: IFunction, terms: RouteTerms): void {
    const { cost = 1, explained } = terms;
    if (!Number.isInteger(cost) || cost < 0)
      throw new Error(`the cost of ${route} must be a whole number from 0, given ${cost}`);
    if (Object.keys(terms).length > 0) this.terms[route] = terms;
    if (!explained || cost === 0) return;
    grant(this.tables.userPreferences, handler, ['Refund']);
    if (!(handler instanceof LambdaFunction)) return;
    for (const [name, value] of Object.entries(tableVariables(this.tables))) handler.addEnvironment(name, value);
  }

  private written(): string {
    const text = JSON.stringify(this.terms);
    const most = MAX_BYTES - (this.plans ? Buffer.byteLength(JSON.stringify(this.plans)) : 0);
    if (Buffer.byteLength(text) <= most) return text;
    throw new Error(
      `the terms of all routes take ${Buffer.byteLength(text)} bytes; at most ${most} are allowed beside the plans`,
    );
  }
}
