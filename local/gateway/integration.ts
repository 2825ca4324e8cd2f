import type { Invoke } from '../lambda/runtime.ts';
import type { AuthorizerContext, Routed } from './event.ts';
import { integrationEvent } from './event.ts';
import { REFUSALS, type Refusal } from './refusals.ts';
import { type HttpResponse, proxyResponse } from './response.ts';

/** What came of calling the route's function: its response, or the gateway's own answer and why. */
export type Integrated = { readonly response: HttpResponse } | { readonly refusal: Refusal; readonly error: string };

/** Calls the route's function as a Lambda proxy integration, payload format 2.0. */
export async function integrate(
  invoke: Invoke,
  routed: Routed,
  body: Buffer,
  authorizer: AuthorizerContext | undefined,
): Promise<Integrated> {
  const { functionName, timeoutMs } = routed.match.route;
  const result = await invoke(functionName, integrationEvent(routed, body, authorizer), { timeoutMs });
  if ('functionError' in result) return { refusal: REFUSALS.internal, error: result.functionError.errorMessage };
  if ('invokeError' in result) {
    const refusal = result.invokeError === 'TimedOut' ? REFUSALS.serviceUnavailable : REFUSALS.payloadTooLarge;
    return { refusal, error: result.invokeError };
  }
  const answer = proxyResponse(result.payload);
  return 'response' in answer ? answer : { refusal: REFUSALS.internal, error: answer.invalid };
}
