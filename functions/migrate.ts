import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { serviceDatabase } from '../lib/store/service-database.ts';
import { LockHeld } from '../migrations/runner/lock.store.ts';
import { migrate, type StepResult } from '../migrations/runner/run.ts';

const db = serviceDatabase();
const SLICE_MS = 5 * 60_000;
const SPARE_MS = 60_000;
/** Half of what one partition of the index of accounts takes; its other half is the traffic's. */
const ROWS_PER_SECOND = 500;

/** What the CDK's provider hands over: first the deployment's own request, then with what was answered to that. */
export type ProviderEvent = CloudFormationCustomResourceEvent & { readonly isBegun?: true };

interface Begun {
  readonly PhysicalResourceId: string;
  readonly isBegun: true;
}

interface Asked {
  readonly IsComplete: boolean;
}

/**
 * Brings the table to the newest migration while the stack is deployed, some minutes at a time: each answer says whether all
 * is done and verified. Deleting the stack takes nothing back.
 *
 * @throws Error if a verification fails, and with it the deployment; what was done stays, and the next one goes on.
 */
export const handler = async (event: ProviderEvent, context: Context): Promise<Begun | Asked> => {
  if (!event.isBegun) return { PhysicalResourceId: 'migrations', isBegun: true };
  if (event.RequestType === 'Delete') return { IsComplete: true };
  try {
    const steps = await migrate(db, {
      rowsPerSecond: ROWS_PER_SECOND,
      holder: { host: `Lambda, log stream ${context.logStreamName}`, pid: process.pid, since: Date.now() },
      signal: AbortSignal.timeout(Math.max(0, Math.min(SLICE_MS, context.getRemainingTimeInMillis() - SPARE_MS))),
    });
    steps.forEach(tell);
    return { IsComplete: steps.at(-1)?.status === 'done' };
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    // By hand, or by a slice that was cut off: it is asked again.
    console.warn({ message: 'migrations wait', reason: error.message });
    return { IsComplete: false };
  }
};

/** Logs what became of a migration: numbers alone, and no addresses. */
function tell({ notes, ...step }: StepResult): void {
  const noted = Object.fromEntries(notes.map(({ kind, count }) => [kind, count]));
  console.info({ message: 'a migration was run', ...step, noted });
  if (step.status === 'failed') {
    throw new Error(`migration ${step.migration} is not verified: ${JSON.stringify(step.verified)}`);
  }
}
