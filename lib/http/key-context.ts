import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithLambdaAuthorizer } from 'aws-lambda';
import type { KeyRecord } from '../keys/key.ts';
import type { Environment } from '../keys/secret.ts';
import { writeAlerts } from '../metering/alerts.ts';
import { creditsOf, type Payment } from '../metering/payment.ts';
import type { Standing } from '../metering/standing.ts';
import type { RefusalCode, Verdict } from '../metering/verdict.ts';

/**
 * What the authorizer tells the handler (`requestContext.authorizer.lambda`) and, in its scalar parts, the access log.
 * Only on a route that is declared explained does a handler see another code than `allowed`.
 */
export interface KeyContext {
  readonly code: 'allowed' | RefusalCode;
  /** Seconds, where time helps. */
  readonly retryAfter?: number;
  /** Those that the route demands, where the key is refused for them. */
  readonly missingScopes?: string[];
  readonly keyId: string;
  readonly email: string;
  readonly name: string;
  readonly environment: Environment;
  readonly scopes: string[];
  /** ISO 8601. */
  readonly expiresAt: string | null;
  /** When the presented secret of an accepted call ends, ISO 8601; absent where it does not. */
  readonly secretEndsAt?: string;
  /** What the key has left. */
  readonly standing: Standing;
  /** How many credits an accepted call paid. */
  readonly credits?: number;
  /** The levels that the account has reached, for the access log. */
  readonly alerts?: string;
  /** Present where `apiKey()` gives them back if the call ends in a 5xx. */
  readonly refundable?: true;
  /** What an accepted call paid, so that it can be given back. */
  readonly payment?: Payment;
}

/** What the authorizer tells of a call that it could not check. */
export interface UncheckedContext {
  readonly code: 'unavailable';
  /** Seconds. */
  readonly retryAfter: number;
}

/** The store cannot say what a key may do. */
export const UNCHECKED: UncheckedContext = { code: 'unavailable', retryAfter: 1 };

const identityOf = ({ keyId, email, name, environment, scopes, expiresAt }: KeyRecord) => ({
  keyId,
  email,
  name,
  environment,
  scopes: [...scopes],
  expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
});

/**
 * The context of a verdict; of an unknown key, or one whose record is gone, there is nothing to tell but the code.
 *
 * @param explained whether the handler stands behind `apiKey()`.
 */
export function keyContext(verdict: Verdict, explained: boolean): KeyContext | { readonly code: RefusalCode } {
  const { key, standing } = verdict;
  const code = verdict.allowed ? 'allowed' : verdict.refusal.code;
  if (!key || !standing) return { code: code as RefusalCode };
  const { alerts = [] } = verdict;
  const identity = { ...identityOf(key), standing, ...(alerts.length > 0 && { alerts: writeAlerts(alerts) }) };
  if (verdict.allowed) {
    const { payment, secretEndsAt } = verdict;
    return {
      code,
      ...identity,
      ...(secretEndsAt !== undefined && { secretEndsAt: new Date(secretEndsAt).toISOString() }),
      credits: creditsOf(verdict),
      ...(payment && { payment, ...(explained && { refundable: true }) }),
    };
  }
  const { retryAfter, missingScopes } = verdict.refusal;
  return {
    code,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(missingScopes && { missingScopes: [...missingScopes] }),
    ...identity,
  };
}

/**
 * What the authorizer told of the call that a protected route's handler answers: accepted or, on an explained route,
 * refused or not checked.
 *
 * @throws Error if the route has no API key authorizer: an unprotected route must fail, not guess.
 */
export function verdictContextOf(event: APIGatewayProxyEventV2): KeyContext | UncheckedContext {
  const { authorizer } = (event as APIGatewayProxyEventV2WithLambdaAuthorizer<KeyContext | UncheckedContext | null>)
    .requestContext;
  if (typeof authorizer?.lambda?.code !== 'string') {
    throw new Error('this route is not protected by the API key authorizer');
  }
  return authorizer.lambda;
}

/**
 * The key of the accepted call that a protected route's handler answers.
 *
 * @throws Error if the call was refused, which an explained route's handler must tell apart by `apiKey()`.
 */
export function keyContextOf(event: APIGatewayProxyEventV2): KeyContext {
  const context = verdictContextOf(event);
  if (context.code === 'allowed') return context;
  throw new Error(`the call was refused (${context.code}), and its route is explained: use the apiKey() middleware`);
}
