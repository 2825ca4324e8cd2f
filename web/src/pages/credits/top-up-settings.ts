import type { Credits } from '../../api/queries.ts';

export type Billing = Credits['billing'];

/** What the form of top-ups is filled in from: it begins anew if that changes, and not with each charge. */
export const settingsOf = ({ topUp }: Pick<Billing, 'topUp'>): string =>
  topUp ? `${topUp.threshold} ${topUp.pack} ${topUp.monthlyCap}` : 'off';
