import type { LambdaAuthorizer } from '../model.ts';
import { ASSUMED } from './assumptions.ts';
import { isJsonObject } from './json-object.ts';
import { parsePolicy, permitsInvoke, type Statement } from './policy.ts';

/** What a Lambda authorizer returned, in either of its two forms. */
export interface Verdict {
  readonly decision: { readonly isAuthorized: boolean } | { readonly statements: readonly Statement[] };
  readonly context: Readonly<Record<string, unknown>> | null;
}

/**
 * Reads an authorizer's response, simple or IAM as the authorizer is configured.
 *
 * @param payload JSON text.
 * @returns undefined if it is malformed, which the gateway answers by 500. A string "false" is malformed, not a no.
 */
export function parseVerdict(authorizer: LambdaAuthorizer, payload: string): Verdict | undefined {
  const response: unknown = JSON.parse(payload);
  if (!isJsonObject(response)) return undefined;
  const context = response.context ?? null;
  if (context !== null && !isJsonObject(context)) return undefined;

  if (authorizer.payloadFormatVersion === '2.0' && authorizer.simpleResponses) {
    const { isAuthorized } = response;
    return typeof isAuthorized === 'boolean' ? { decision: { isAuthorized }, context } : undefined;
  }
  const statements = parsePolicy(response.policyDocument);
  if (!statements || typeof response.principalId !== 'string') return undefined;
  const { principalId } = response;
  return { decision: { statements }, context: ASSUMED.principalIdIsInContext ? { principalId, ...context } : context };
}

/** Whether the verdict lets the request through; a policy is judged anew for each route. */
export function permits({ decision }: Verdict, routeArn: string): boolean {
  return 'isAuthorized' in decision ? decision.isAuthorized : permitsInvoke(decision.statements, routeArn);
}
