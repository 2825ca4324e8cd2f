import { PlanRefusal } from '../keys/key-policy.ts';
import { invalidRequest, type Problem } from './problem.ts';

/** Throws what a plan does not allow as errors of its fields, and any other error as it is. */
export function planRefusal(error: unknown): never {
  if (!(error instanceof PlanRefusal)) throw error;
  throw invalidRequest(error.fields.map(({ field, message }) => ({ path: field, message })));
}

/** The plan has no pack of that name. */
export const noPack = (given: string, packs: readonly string[]): Problem =>
  invalidRequest([
    {
      path: 'pack',
      message: `Invalid pack: expected ${packs.join(', ') || 'none, as the plan has no packs'}, given ${given}`,
    },
  ]);
