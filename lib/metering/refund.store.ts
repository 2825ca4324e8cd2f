import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { accountKey, hot } from '../accounts/account.ts';
import type { Email } from '../accounts/email.ts';
import { inTransaction, itemOnRefusal } from '../store/conditions.ts';
import type { Database } from '../store/database.ts';
import { pauseForTransaction } from '../store/pause.ts';
import { isUnavailable, StoreUnavailable } from '../store/unavailable.ts';
import type { Payment } from './payment.ts';

const ATTEMPTS = 8;
/** Beside the client's own attempts. */
const UNANSWERED_ATTEMPTS = 2;

/**
 * Gives a call's credits back to the balances that paid them, and to its key's daily cap: one conditional update, one write
 * unit. Included credits of a month that is over are not given back, as nothing is left of that month's.
 *
 * A repeat finds the payment's id, and gives nothing more. Only if another refund of the same account came between a write
 * whose answer was lost and its repeat would one call's credits be given back twice.
 *
 * @throws the client's error if DynamoDB does not answer, StoreUnavailable if transactions kept the account.
 */
export async function refund(db: Database, email: Email, payment: Payment): Promise<void> {
  let owed = payment;
  let unanswered = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (owed.included + owed.purchased === 0) return;
    try {
      await db.client.send(giveBack(db, email, owed));
      return;
    } catch (error) {
      const item = itemOnRefusal(error);
      if (item !== null) {
        if (!item || item[hot.refund] === owed.id) return;
        owed = withoutPast(owed, item);
      } else if (inTransaction(error)) {
        await pauseForTransaction();
      } else if (!isUnavailable(error) || ++unanswered === UNANSWERED_ATTEMPTS) {
        throw error;
      }
    }
  }
  throw new StoreUnavailable(`the account was in a transaction during each of ${ATTEMPTS} attempts to refund it`);
}

/** A payment without the parts whose counters are gone: their month or day is over, and with it what was counted. */
function withoutPast({ day, ...payment }: Payment, item: Record<string, unknown>): Payment {
  const holds = (counter: string | undefined, paid: number) =>
    counter !== undefined && Number(item[counter] ?? 0) >= paid;
  return {
    ...payment,
    included: holds(payment.month, payment.included) ? payment.included : 0,
    ...(day !== undefined && holds(day, payment.included + payment.purchased) && { day }),
  };
}

function giveBack({ tables }: Database, email: Email, { id, included, month, purchased, day }: Payment): UpdateCommand {
  const adds = [
    included > 0 && `${month} :included`,
    purchased > 0 && `${hot.purchasedCredits} :purchased, ${hot.purchasedSpent} :unspent`,
    day !== undefined && `${day} :uncounted`,
  ];
  const conditions = [
    'attribute_exists(email)',
    `(attribute_not_exists(${hot.refund}) OR ${hot.refund} <> :id)`,
    included > 0 && `${month} >= :paid`,
    day !== undefined && `${day} >= :counted`,
  ];
  return new UpdateCommand({
    TableName: tables.userPreferences,
    Key: accountKey(email),
    UpdateExpression: `SET ${hot.refund} = :id ADD ${adds.filter(Boolean).join(', ')}`,
    ConditionExpression: conditions.filter(Boolean).join(' AND '),
    ExpressionAttributeValues: {
      ':id': id,
      ...(included > 0 && { ':included': -included, ':paid': included }),
      ...(purchased > 0 && { ':purchased': purchased, ':unspent': -purchased }),
      ...(day !== undefined && { ':uncounted': -(included + purchased), ':counted': included + purchased }),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
}
