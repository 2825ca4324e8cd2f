import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** Reasons for which a transaction may succeed when it is made anew from what the tables hold now. */
const LOST_RACES = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

/** Why each action of a cancelled transaction failed, `None` where it did not; `undefined` if the error is another. */
export function cancellations(error: unknown): string[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  return (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
}

/** Tells whether a transaction was cancelled only because others came first. */
export function lostRace(error: unknown): boolean {
  const failed = (cancellations(error) ?? []).filter((code) => code !== 'None');
  return failed.length > 0 && failed.every((code) => LOST_RACES.has(code));
}

/**
 * The item that a refused conditional write found (`ReturnValuesOnConditionCheckFailure: ALL_OLD`; the document client
 * leaves it marshalled).
 *
 * @returns the item, `undefined` if there is none, or `null` if the error is another.
 */
export function itemOnRefusal(error: unknown): Record<string, unknown> | undefined | null {
  if (!(error instanceof ConditionalCheckFailedException)) return null;
  return error.Item && unmarshall(error.Item);
}

/** Throws any error but that of a conditional write which was refused: then somebody else has seen to it. */
export function unlessRefused(error: unknown): void {
  if (itemOnRefusal(error) === null) throw error;
}

/** Tells whether a write was turned away because a transaction on its item is under way; the SDK does not retry that. */
export const inTransaction = (error: unknown): boolean => error instanceof TransactionConflictException;
