import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { accountKey, type HotItem } from '../../lib/accounts/account.ts';
import type { Email } from '../../lib/accounts/email.ts';
import type { Database } from '../../lib/store/database.ts';

/** Sets hot attributes of an account as calls and jobs do: in no transaction, and at the same version. */
export async function setHot({ client, tables }: Database, email: Email, attributes: HotItem): Promise<void> {
  const entries = Object.entries(attributes);
  await client.send(
    new UpdateCommand({
      TableName: tables.userPreferences,
      Key: accountKey(email),
      UpdateExpression: `SET ${entries.map(([name], index) => `${name} = :${index}`).join(', ')}`,
      ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], index) => [`:${index}`, value])),
    }),
  );
}
