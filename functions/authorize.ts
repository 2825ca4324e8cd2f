import { type AuthorizerEvent, authorizerAnswer, presentedKey } from '../lib/http/authorizer.ts';
import { createCheck } from '../lib/metering/check.ts';
import { serviceDatabase } from '../lib/store/service-database.ts';

const check = createCheck(serviceDatabase(), Date.now);

/**
 * The Lambda authorizer of HTTP APIs (payload 2.0, simple responses) and of REST APIs (payload 1.0, IAM policies). What
 * DynamoDB cannot answer is an error, which the gateway makes a 500: closed, never open.
 */
export const handler = async (event: AuthorizerEvent) => authorizerAnswer(event, await check(presentedKey(event)));
