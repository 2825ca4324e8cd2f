import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration, Lazy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENV } from '../lib/env.ts';
import { AUTHORIZE } from './endpoints.ts';
import { type ServiceContext, ServiceFunction } from './service-function.ts';

/**
 * The only attributes that the authorizer may write, or ask about while it writes: the primary key, names of at most
 * three characters, and names that begin with the capital of a counter. Such names has the account's hot item alone;
 * what decides about a key has longer ones, in lower case.
 */
const CHARGEABLE = ['email', 'record', '?', '??', '???', 'I*', 'P*', 'Q*', 'R*', 'W*'];

/** Lambda allows 4 KB for all variables of a function. */
const MAX_TERMS_BYTES = 3_500;

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
   * A handler without that middleware would run for refused calls.
   * @default - the gateway answers a bare 403
   */
  readonly explained?: boolean;
}

/**
 * The function that checks API keys. It counts calls on the account's hot item, and its role can write nothing else:
 * no key record, and nothing in `api_keys`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export class KeyCheck extends ServiceFunction {
  private readonly terms: Record<string, RouteTerms> = {};

  constructor(scope: Construct, id: string, context: ServiceContext) {
    super(scope, id, {
      ...context,
      name: AUTHORIZE,
      grants: { apiKeys: ['GetItem'], userPreferences: ['GetItem', 'BatchGetItem'] },
      timeout: Duration.seconds(5),
      memorySize: 1024,
    });
    this.function.addEnvironment(ENV.routeTerms, Lazy.string({ produce: () => this.written() }));
    this.function.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources: [context.tables.userPreferences.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:Attributes': CHARGEABLE },
          // "For all" is also true of none.
          Null: { 'dynamodb:Attributes': 'false' },
        },
      }),
    );
  }

  /**
   * Says what holds for a route; where nothing is said, a call costs 1 and demands nothing.
   *
   * @throws Error if a cost is no whole number from 0.
   */
  declare(route: string, terms: RouteTerms): void {
    const { cost = 1 } = terms;
    if (!Number.isInteger(cost) || cost < 0)
      throw new Error(`the cost of ${route} must be a whole number from 0, given ${cost}`);
    if (Object.keys(terms).length > 0) this.terms[route] = terms;
  }

  private written(): string {
    const text = JSON.stringify(this.terms);
    if (Buffer.byteLength(text) <= MAX_TERMS_BYTES) return text;
    throw new Error(
      `the terms of all routes take ${Buffer.byteLength(text)} bytes; at most ${MAX_TERMS_BYTES} are allowed`,
    );
  }
}
