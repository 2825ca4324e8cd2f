import type { Plan } from '../../api/queries.ts';
import { formatCount } from '../../parts/format.ts';
import { every } from '../../parts/windows.ts';

/** Exact, and short enough for a narrow field: 5,000,000 is `5M`. */
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 3 });

type Terms = Pick<Plan, 'rateLimits' | 'quota' | 'keyLifetimeDays'>;

const lifeOf = ({ keyLifetimeDays }: Terms): string =>
  keyLifetimeDays === null ? 'no end' : `plan: ${formatCount(keyLifetimeDays)}`;

const quotaOf = ({ quota }: Terms): string =>
  quota === null ? 'no limit' : `plan: ${short.format(quota.limit)} a ${quota.period}`;

/** What holds for a key whose own limit, quota or life is left out: that of its plan. */
export const placeholdersOf = (plan: Terms | undefined) => ({
  perMinute: plan
    ? `plan: ${plan.rateLimits.map(({ limit, windowSeconds }) => `${short.format(limit)} ${every(windowSeconds)}`).join(', ')}`
    : 'as the plan',
  perDay: plan ? quotaOf(plan) : 'as the plan',
  expiresInDays: plan ? lifeOf(plan) : 'as the plan',
});
