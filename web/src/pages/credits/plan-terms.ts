import type { Plan } from '../../api/queries.ts';
import { formatCount } from '../../parts/format.ts';
import { every } from '../../parts/windows.ts';

/** What a plan allows, in a line. */
export function termsOf({ name, keys, includedCredits, rateLimits, quota }: Plan): string {
  const terms = [
    `${formatCount(includedCredits)} credits a month`,
    ...rateLimits.map(({ limit, windowSeconds }) => `${formatCount(limit)} calls ${every(windowSeconds)}`),
    quota ? `${formatCount(quota.limit)} calls a ${quota.period}` : 'calls without a quota',
    keys === 1 ? '1 key' : `${formatCount(keys)} keys`,
  ];
  return `plan ${name}: ${terms.join(', ')}`;
}
