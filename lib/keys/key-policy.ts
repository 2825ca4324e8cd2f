import type { Plan } from '../accounts/plans.ts';
import type { KeyPolicy, Period } from './key.ts';

const DAY_MS = 86_400_000;

/** What the owner asks for. Without a life, the key gets the longest that its plan allows. */
export interface PolicyRequest extends Omit<KeyPolicy, 'expiresAt'> {
  readonly expiresInDays?: number | undefined;
}

/** What an owner changes of a policy. */
export type PolicyEdit = Partial<Omit<KeyPolicy, 'environment'>>;

/** A field that goes beyond a plan: what is allowed, and what was given. */
export interface BeyondPlan {
  readonly field: string;
  readonly message: string;
}

/** The plan does not allow what was asked for. */
export class PlanRefusal extends Error {
  override readonly name = 'PlanRefusal';
  readonly fields: readonly BeyondPlan[];

  constructor(fields: readonly BeyondPlan[]) {
    super(fields.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.fields = fields;
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

/** Every limit that would never be reached, because the plan's own comes first. */
function limitsBeyond(plan: Plan, { rateLimits = [], quota = null }: Partial<KeyPolicy>): BeyondPlan[] {
  const beyond = rateLimits.flatMap(({ limit, windowSeconds }, index): BeyondPlan[] => {
    const most = planAllows(plan, windowSeconds);
    if (limit <= most) return [];
    const message = `Plan ${plan.name} allows at most ${most} in ${windowSeconds} s, given ${limit}`;
    return [{ field: `rateLimits[${index}].limit`, message }];
  });
  if (!quota || quota.limit <= quotaAllows(plan, quota.period)) return beyond;
  const allowed = `Plan ${plan.name} allows at most ${quotaAllows(plan, quota.period)} a ${quota.period}`;
  return [...beyond, { field: 'quota.limit', message: `${allowed}, given ${quota.limit}` }];
}

function lifeBeyond(plan: Plan, days: number | null): BeyondPlan[] {
  if (days === null || plan.keyLifetimeDays === null || days <= plan.keyLifetimeDays) return [];
  const message = `Plan ${plan.name} allows at most ${plan.keyLifetimeDays}, given ${days}`;
  return [{ field: 'expiresInDays', message }];
}

function endBeyond(plan: Plan, expiresAt: number | null | undefined, at: number): BeyondPlan[] {
  if (expiresAt === undefined) return [];
  const given = expiresAt === null ? 'none' : new Date(expiresAt).toISOString();
  if (expiresAt !== null && expiresAt <= at) {
    return [{ field: 'expiresAt', message: `Expected a time to come, given ${given}` }];
  }
  if ((expiresAt ?? Number.POSITIVE_INFINITY) <= latestEnd(plan, at)) return [];
  const message = `Plan ${plan.name} allows at most ${plan.keyLifetimeDays} days from now, given ${given}`;
  return [{ field: 'expiresAt', message }];
}

const latestEnd = (plan: Plan, at: number): number =>
  plan.keyLifetimeDays === null ? Number.POSITIVE_INFINITY : at + plan.keyLifetimeDays * DAY_MS;

/** @throws PlanRefusal if there is any. */
function refuse(beyond: readonly BeyondPlan[]): void {
  if (beyond.length > 0) throw new PlanRefusal(beyond);
}

/**
 * Makes a new key's policy within its plan.
 *
 * @param at when the key is made, in milliseconds since the epoch.
 * @param beyondPlan lets limits exceed the plan's, as an admin may.
 * @throws PlanRefusal that names each field, what was given and what is allowed.
 */
export function policyWithin(plan: Plan, request: PolicyRequest, at: number, beyondPlan = false): KeyPolicy {
  const { expiresInDays, ...rest } = request;
  const days = expiresInDays ?? plan.keyLifetimeDays;
  refuse([...(beyondPlan ? [] : limitsBeyond(plan, rest)), ...lifeBeyond(plan, days)]);
  return { ...rest, expiresAt: days === null ? null : at + days * DAY_MS };
}

/**
 * What an edit may change within a plan: the fields as they were given.
 *
 * @param at when the key is changed, in milliseconds since the epoch.
 * @param beyondPlan lets limits exceed the plan's, as an admin may.
 * @throws PlanRefusal that names each field, what was given and what is allowed.
 */
export function editWithin<Edit extends PolicyEdit>(plan: Plan, edit: Edit, at: number, beyondPlan: boolean): Edit {
  refuse([...(beyondPlan ? [] : limitsBeyond(plan, edit)), ...endBeyond(plan, edit.expiresAt, at)]);
  return edit;
}

/**
 * What of a policy its plan would not allow an owner: the fields by name.
 *
 * @param at milliseconds since the epoch.
 */
export function fieldsBeyond(plan: Plan, policy: KeyPolicy, at: number): string[] {
  const isLonger = (policy.expiresAt ?? Number.POSITIVE_INFINITY) > latestEnd(plan, at);
  return [...limitsBeyond(plan, policy).map(({ field }) => field), ...(isLonger ? ['expiresAt'] : [])];
}
