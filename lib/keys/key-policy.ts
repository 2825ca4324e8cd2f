import type { Plan } from '../accounts/plans.ts';
import type { KeyPolicy } from './key.ts';

const DAY_MS = 86_400_000;

/** What the owner asks for. Without a life, the key gets the longest that its plan allows. */
export interface PolicyRequest extends Omit<KeyPolicy, 'expiresAt'> {
  readonly expiresInDays?: number | undefined;
}

/** The plan does not allow what was asked for. */
export class PlanRefusal extends Error {
  override readonly name = 'PlanRefusal';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/**
 * Makes a new key's policy within its plan.
 *
 * @param at when the key is made, in milliseconds since the epoch.
 * @throws PlanRefusal that names the field, what was given and what is allowed.
 */
export function policyWithin(plan: Plan, { expiresInDays, ...rest }: PolicyRequest, at: number): KeyPolicy {
  const days = expiresInDays ?? plan.keyLifetimeDays;
  if (days !== null && plan.keyLifetimeDays !== null && days > plan.keyLifetimeDays) {
    throw new PlanRefusal('expiresInDays', `Plan ${plan.name} allows at most ${plan.keyLifetimeDays}, given ${days}`);
  }
  return { ...rest, expiresAt: days === null ? null : at + days * DAY_MS };
}
