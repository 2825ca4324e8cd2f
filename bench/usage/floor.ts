import { type Granularity, periodPrefix } from '../../lib/usage/granularity.ts';
import { EMAIL } from './traffic.ts';

/** The floor: the same pages, one after the other, over plain HTTP and not even parsed but for where the next begins. */
export async function bareQuery(endpoint: string, granularity: Granularity, from: number, to: number): Promise<number> {
  const begin = performance.now();
  let start: unknown;
  do {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.Query',
        'x-amz-date': '20261124T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20261124/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00',
      },
      body: JSON.stringify({
        TableName: 'api_usage',
        KeyConditionExpression: 'email = :email AND #bucket BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#bucket': 'bucket' },
        ExpressionAttributeValues: {
          ':email': { S: EMAIL },
          ':from': { S: periodPrefix(granularity, from) },
          ':to': { S: periodPrefix(granularity, to) },
        },
        ...(start !== undefined && { ExclusiveStartKey: start }),
      }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the engine answered ${answer.status}: ${text}`);
    const next = /"LastEvaluatedKey":(\{.*?\}\})/.exec(text)?.[1];
    start = next === undefined ? undefined : JSON.parse(next);
  } while (start);
  return performance.now() - begin;
}
