import { PlanRefusal } from '../keys/key-policy.ts';
import { invalidRequest } from './problem.ts';

/** Throws what a plan does not allow as an error of its field, and any other error as it is. */
export function planRefusal(error: unknown): never {
  if (!(error instanceof PlanRefusal)) throw error;
  throw invalidRequest([{ path: error.field, message: error.message }]);
}
