import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Database } from '../store/database.ts';
import type { Email } from './email.ts';

/** Reads all of a user's records whose sort key begins with a prefix, in the order of these keys. */
export async function readRecords<Stored>(
  { client, tables }: Database,
  email: Email,
  prefix: string,
): Promise<Stored[]> {
  const records: Stored[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tables.userPreferences,
        KeyConditionExpression: 'email = :email AND begins_with(#record, :prefix)',
        ExpressionAttributeNames: { '#record': 'record' },
        ExpressionAttributeValues: { ':email': email, ':prefix': prefix },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    records.push(...((page.Items ?? []) as Stored[]));
    start = page.LastEvaluatedKey;
  } while (start);
  return records;
}
