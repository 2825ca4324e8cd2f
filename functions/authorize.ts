import { randomInt } from 'node:crypto';
import { optionalEnv, readEnv } from '../lib/env.ts';
import {
  type AuthorizerEvent,
  authorizerAnswer,
  presentedKey,
  refusedLine,
  routeKeyOf,
  sourceIp,
  uncheckedAnswer,
} from '../lib/http/authorizer.ts';
import { drawContainer } from '../lib/metering/marker.ts';
import { readRouteTerms, UNDECLARED } from '../lib/metering/route-terms.ts';
import { createMeasuredCheck } from '../lib/metrics/measured-check.ts';
import { writeMetrics } from '../lib/metrics/stdout.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';
import { isUnavailable } from '../lib/store/unavailable.ts';

const check = createMeasuredCheck(serviceDatabase(), {
  clock: Date.now,
  stopwatch: () => performance.now(),
  container: drawContainer(randomInt),
  write: writeMetrics,
  foreignSecrets: optionalEnv('foreignSecrets') === 'true',
});
const { routeTerms, apiId } = readEnv(['routeTerms', 'apiId']);
const termsOf = readRouteTerms(routeTerms);

/**
 * The Lambda authorizer of HTTP APIs (payload 2.0, simple responses) and of REST APIs (payload 1.0, IAM policies). What
 * DynamoDB cannot answer is closed, never open: an explained route says 503, any other call is an error, which the gateway
 * makes a 500.
 */
export const handler = async (event: AuthorizerEvent) => {
  // Another API may ask this function too: what was declared here says nothing of a route of the same name there.
  const declaredHere = event.requestContext?.apiId === apiId;
  const { terms, explained } = declaredHere ? termsOf(routeKeyOf(event)) : UNDECLARED;
  try {
    const verdict = await check(presentedKey(event), { ip: sourceIp(event), terms });
    const line = refusedLine(event, verdict, explained);
    if (line) console.info(line);
    return authorizerAnswer(event, verdict, explained);
  } catch (error) {
    if (!explained || !isUnavailable(error)) throw error;
    console.error(error);
    return uncheckedAnswer(event);
  }
};
