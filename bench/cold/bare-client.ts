import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient();

/** What the SDK alone needs for one update, written and bundled as its documentation recommends. */
export const handler = async () => {
  await client.send(
    new UpdateItemCommand({
      TableName: 'user_preferences',
      Key: { email: { S: 'bare@example.com' }, record: { S: 'account' } },
      UpdateExpression: 'SET n0 = if_not_exists(n0, :zero) + :one',
      ExpressionAttributeValues: { ':zero': { N: '0' }, ':one': { N: '1' } },
    }),
  );
  return { statusCode: 200, body: '' };
};
