import type { Plan } from '../accounts/plans.ts';
import type { KeyPolicy, Period } from './key.ts';

const DAY_MS = 86_400_000;

/** What the owner asks for. Without a life, the key gets the longest that its plan allows. */
export interface PolicyRequest extends Omit<KeyPolicy, 'expiresAt'> {
  readonly expiresInDays?: number | undefined;
}

/** What an owner changes of a policy. */
export type PolicyEdit = Partial<Omit<KeyPolicy, 'environment'>>;

/** The plan does not allow what was asked for. */
export class PlanRefusal extends Error {
  override readonly name = 'PlanRefusal';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** The most whole calls that a plan's limits let through in a window of a key's own. */
const planAllows = (plan: Plan, windowSeconds: number): number =>
  Math.floor(Math.min(...plan.rateLimits.map((rate) => rate.limit * Math.max(1, windowSeconds / rate.windowSeconds))));

/** The most that a plan's quota lets through in a period of a key's own: a month has at most 31 days. */
function quotaAllows({ quota }: Plan, period: Period): number {
  if (!quota) return Number.POSITIVE_INFINITY;
  return quota.period === 'day' && period === 'month' ? quota.limit * 31 : quota.limit;
}

/** @throws PlanRefusal where a limit would never be reached, because the plan's own comes first. */
function refuseBeyond(plan: Plan, { rateLimits = [], quota = null }: Partial<KeyPolicy>): void {
  rateLimits.forEach(({ limit, windowSeconds }, index) => {
    const most = planAllows(plan, windowSeconds);
    if (limit <= most) return;
    const allowed = `Plan ${plan.name} allows at most ${most} in ${windowSeconds} s`;
    throw new PlanRefusal(`rateLimits[${index}].limit`, `${allowed}, given ${limit}`);
  });
  if (!quota || quota.limit <= quotaAllows(plan, quota.period)) return;
  const allowed = `Plan ${plan.name} allows at most ${quotaAllows(plan, quota.period)} a ${quota.period}`;
  throw new PlanRefusal('quota.limit', `${allowed}, given ${quota.limit}`);
}

/**
 * Makes a new key's policy within its plan.
 *
 * @param at when the key is made, in milliseconds since the epoch.
 * @param beyondPlan lets limits exceed the plan's, as an admin may.
 * @throws PlanRefusal that names the field, what was given and what is allowed.
 */
export function policyWithin(plan: Plan, request: PolicyRequest, at: number, beyondPlan = false): KeyPolicy {
  const { expiresInDays, ...rest } = request;
  if (!beyondPlan) refuseBeyond(plan, rest);
  const days = expiresInDays ?? plan.keyLifetimeDays;
  if (days !== null && plan.keyLifetimeDays !== null && days > plan.keyLifetimeDays) {
    throw new PlanRefusal('expiresInDays', `Plan ${plan.name} allows at most ${plan.keyLifetimeDays}, given ${days}`);
  }
  return { ...rest, expiresAt: days === null ? null : at + days * DAY_MS };
}

/**
 * What an edit may change within a plan: the fields as they were given.
 *
 * @param at when the key is changed, in milliseconds since the epoch.
 * @param beyondPlan lets limits exceed the plan's, as an admin may.
 * @throws PlanRefusal that names the field, what was given and what is allowed.
 */
export function editWithin<Edit extends PolicyEdit>(plan: Plan, edit: Edit, at: number, beyondPlan: boolean): Edit {
  if (!beyondPlan) refuseBeyond(plan, edit);
  const { expiresAt } = edit;
  if (expiresAt === undefined) return edit;
  const iso = (time: number) => new Date(time).toISOString();
  if (expiresAt !== null && expiresAt <= at) {
    throw new PlanRefusal('expiresAt', `Expected a time to come, given ${iso(expiresAt)}`);
  }
  const latest = plan.keyLifetimeDays === null ? Number.POSITIVE_INFINITY : at + plan.keyLifetimeDays * DAY_MS;
  if ((expiresAt ?? Number.POSITIVE_INFINITY) > latest) {
    const given = expiresAt === null ? 'none' : iso(expiresAt);
    throw new PlanRefusal(
      'expiresAt',
      `Plan ${plan.name} allows at most ${plan.keyLifetimeDays} days from now, given ${given}`,
    );
  }
  return edit;
}

/**
 * What of a policy its plan would not allow an owner: the fields by name, at most one of its limits and its life.
 *
 * @param at milliseconds since the epoch.
 */
export function fieldsBeyond(plan: Plan, { rateLimits, quota, expiresAt }: KeyPolicy, at: number): string[] {
  const longest = plan.keyLifetimeDays === null ? Number.POSITIVE_INFINITY : at + plan.keyLifetimeDays * DAY_MS;
  const beyond = (expiresAt ?? Number.POSITIVE_INFINITY) > longest ? ['expiresAt'] : [];
  try {
    refuseBeyond(plan, { rateLimits, quota });
  } catch (error) {
    if (!(error instanceof PlanRefusal)) throw error;
    beyond.unshift(error.field);
  }
  return beyond;
}
