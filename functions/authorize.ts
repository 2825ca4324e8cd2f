import { randomInt } from 'node:crypto';
import { readEnv } from '../lib/env.ts';
import { type AuthorizerEvent, authorizerAnswer, presentedKey, routeKeyOf, sourceIp } from '../lib/http/authorizer.ts';
import { createCheck } from '../lib/metering/check.ts';
import { readRouteTerms, UNDECLARED } from '../lib/metering/route-terms.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const container = randomInt(36 ** 4)
  .toString(36)
  .padStart(4, '0');
const check = createCheck(serviceDatabase(), Date.now, container);
const { routeTerms, apiId } = readEnv(['routeTerms', 'apiId']);
const termsOf = readRouteTerms(routeTerms);

/**
 * The Lambda authorizer of HTTP APIs (payload 2.0, simple responses) and of REST APIs (payload 1.0, IAM policies). What
 * DynamoDB cannot answer is an error, which the gateway makes a 500: closed, never open.
 */
export const handler = async (event: AuthorizerEvent) => {
  // Another API may ask this function too: what was declared here says nothing of a route of the same name there.
  const declaredHere = event.requestContext?.apiId === apiId;
  const { terms, explained } = declaredHere ? termsOf(routeKeyOf(event)) : UNDECLARED;
  const verdict = await check(presentedKey(event), { ip: sourceIp(event), terms });
  return authorizerAnswer(event, verdict, explained);
};
