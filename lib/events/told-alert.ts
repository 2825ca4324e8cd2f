import type { Alert } from '../metering/alerts.ts';

/** An alert, and the call that told of it. */
export interface ToldAlert extends Alert {
  readonly email: string;
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What an alert is known by in its account: told again within its period, it is the same. */
export const alertName = ({ kind, keyId, percent, period }: ToldAlert): string =>
  ['alert', kind, period, percent, ...(kind === 'key_quota' ? [keyId] : [])].join('#');
