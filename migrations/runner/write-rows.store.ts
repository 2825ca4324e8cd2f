import {
  type CancellationReason,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { pauseForTransaction } from '../../lib/store/pause.ts';
import { PATIENT, pauseAfter } from '../../lib/store/retry.ts';
import { asksForPause } from '../../lib/store/unavailable.ts';
import type { PageContext } from '../migration.ts';

/** Why one action was not done, as DynamoDB says it. */
export type Reason = CancellationReason;

export const isRefused = (reason: Reason | undefined): boolean => reason?.Code === 'ConditionalCheckFailed';

/** How rows are written, each by a plan. */
export interface Writing<Plan> {
  /** The actions of one row: all or none of them are done. */
  actionsOf(plan: Plan): TransactWriteItem[];
  onDone(plan: Plan): void;
  /**
   * Told where DynamoDB refuses an action of the row.
   *
   * @returns another plan for the row, or `undefined` if there is nothing to do any more.
   */
  onRefused(plan: Plan, reasons: readonly Reason[]): Plan | undefined;
  /** Told where DynamoDB does not take the row at all, as it would be over 400 KB. */
  onInvalid(plan: Plan, message: string): void;
}

const ATTEMPTS = 20;
const OF_THE_ROW = new Set(['ConditionalCheckFailed', 'ValidationError', 'ItemCollectionSizeLimitExceeded']);

/**
 * Writes rows in one transaction. Where it is cancelled, rows that are to blame get another plan or drop out, and the others
 * are sent again, at most 20 times; others' traffic on a row costs an attempt.
 */
export async function writeRows<Plan>(
  context: PageContext,
  plans: readonly Plan[],
  writing: Writing<Plan>,
): Promise<void> {
  let waiting = plans;
  for (let attempt = 1; waiting.length > 0; attempt++) {
    await context.beforeWrite(waiting.length);
    const actions = waiting.map((plan) => writing.actionsOf(plan));
    try {
      await context.db.client.send(new TransactWriteItemsCommand({ TransactItems: actions.flat() }));
      for (const plan of waiting) writing.onDone(plan);
      return;
    } catch (error) {
      if ((error as Error).name === 'ValidationException')
        return await inHalves(context, waiting, writing, error as Error);
      if (attempt === ATTEMPTS) throw error;
      const reasons = reasonsOf(error);
      if (reasons) waiting = revised(waiting, actions, reasons, writing);
      else if (!asksForPause(error)) throw error;
      if (asksForPause(error)) await pauseAfter(attempt, PATIENT);
      else if (reasons?.some(({ Code }) => Code === 'TransactionConflict')) await pauseForTransaction();
    }
  }
}

/** Why the actions of a cancelled transaction failed; `undefined` if the error is another, or does not say. */
function reasonsOf(error: unknown): readonly Reason[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined;
  const reasons = error.CancellationReasons ?? [];
  return reasons.some(({ Code = 'None' }) => Code !== 'None') ? reasons : undefined;
}

function revised<Plan>(
  plans: readonly Plan[],
  actions: readonly TransactWriteItem[][],
  reasons: readonly Reason[],
  writing: Writing<Plan>,
): Plan[] {
  let place = 0;
  return plans.flatMap((plan, index) => {
    const start = place;
    place += actions[index]?.length ?? 0;
    const own = reasons.slice(start, place);
    const invalid = own.find(({ Code = '' }) => OF_THE_ROW.has(Code) && Code !== 'ConditionalCheckFailed');
    if (invalid) {
      writing.onInvalid(plan, invalid.Message ?? invalid.Code ?? '');
      return [];
    }
    if (!own.some(isRefused)) return [plan];
    const next = writing.onRefused(plan, own);
    return next === undefined ? [] : [next];
  });
}

/** A transaction that is too large as a whole, or has one row that is: the halves tell which. */
async function inHalves<Plan>(
  context: PageContext,
  plans: readonly Plan[],
  writing: Writing<Plan>,
  error: Error,
): Promise<void> {
  const [only, ...others] = plans;
  if (only !== undefined && others.length === 0) return writing.onInvalid(only, error.message);
  const middle = Math.ceil(plans.length / 2);
  await writeRows(context, plans.slice(0, middle), writing);
  await writeRows(context, plans.slice(middle), writing);
}
