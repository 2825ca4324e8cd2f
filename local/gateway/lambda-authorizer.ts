import type { Invoke } from '../lambda/runtime.ts';
import type { LambdaAuthorizer } from '../model.ts';
import { ASSUMED, LIMITS } from './assumptions.ts';
import type { Authorization } from './authorization.ts';
import { authorizerEvent, type Routed, routeArn } from './event.ts';
import { identityOf } from './identity-source.ts';
import { REFUSALS, type Refusal } from './refusals.ts';
import { parseVerdict, permits, type Verdict } from './verdict.ts';

/** Verdicts kept at most; the oldest goes first. */
const CACHE_ENTRIES = 10_000;

export interface LambdaAuthorizerOptions {
  readonly invoke: Invoke;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * REQUEST authorizers, with their cache of verdicts by the values of the identity sources.
 *
 * Source: API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda authorizers".
 */
export function createLambdaAuthorizer({ invoke, clock }: LambdaAuthorizerOptions) {
  const cache = new Map<string, { readonly verdict: Verdict; readonly until: number }>();

  const remember = (key: string, verdict: Verdict, ttlSeconds: number): void => {
    cache.delete(key);
    cache.set(key, { verdict, until: clock() + ttlSeconds * 1000 });
    const [oldest] = cache.keys();
    if (cache.size > CACHE_ENTRIES && oldest !== undefined) cache.delete(oldest);
  };

  return async (authorizer: LambdaAuthorizer, routed: Routed): Promise<Authorization> => {
    const identity = identityOf(authorizer.identitySource, routed);
    if (!identity) return refuse(REFUSALS.unauthorized, 'identity source missing');

    const ttl = identity.length > 0 ? authorizer.cacheTtlSeconds : 0;
    const key = JSON.stringify([authorizer, identity]);
    const cached = ttl > 0 ? cache.get(key) : undefined;
    if (cached && cached.until > clock()) return judge(cached.verdict, routed);

    const result = await invoke(authorizer.functionName, authorizerEvent(authorizer, routed, identity), {
      timeoutMs: LIMITS.authorizerTimeoutMs,
    });
    if ('functionError' in result) return refuse(REFUSALS.authorizerFailed, result.functionError.errorMessage);
    if ('invokeError' in result) {
      const refusal = result.invokeError === 'TimedOut' ? REFUSALS.authorizerTimedOut : REFUSALS.authorizerFailed;
      return refuse(refusal, result.invokeError);
    }
    const verdict = parseVerdict(authorizer, result.payload);
    if (!verdict) return refuse(REFUSALS.internal, 'the response of the authorizer is malformed');
    if (ttl > 0) remember(key, verdict, ttl);
    return judge(verdict, routed);
  };
}

function refuse(refusal: Refusal, authorizerError: string): Authorization {
  return { allowed: false, refusal: { ...refusal, authorizerError } };
}

function judge(verdict: Verdict, routed: Routed): Authorization {
  const logValues = scalars(verdict.context ?? {});
  if (permits(verdict, routeArn(routed))) return { allowed: true, context: { lambda: verdict.context }, logValues };
  return { allowed: false, refusal: REFUSALS.forbidden, ...(ASSUMED.deniedContextIsLogged && { logValues }) };
}

/** Access logs show the context's strings, numbers and booleans; of arrays and maps nothing is documented. */
function scalars(context: Readonly<Record<string, unknown>>): Map<string, string> {
  const flat = Object.entries(context).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return new Map(flat.map(([name, value]) => [name, String(value)]));
}
