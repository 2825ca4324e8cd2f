import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { keyContextOf } from '../../../lib/http/key-context.ts';
import { apiKey } from '../../../lib/http/middleware/api-key.ts';

/** Answers as the query asks: with `status`, or, for `crash`, not at all. */
async function answer(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const { status = '200', crash } = event.queryStringParameters ?? {};
  if (crash !== undefined) throw new Error('the shop has crashed');
  const { keyId, email } = keyContextOf(event);
  return { statusCode: Number(status), body: JSON.stringify({ keyId, email }) };
}

export const plain = answer;
export const explained = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(apiKey())
  .handler(answer);
