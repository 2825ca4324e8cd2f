import { writeAlerts } from '../metering/alerts.ts';
import { creditsOf } from '../metering/payment.ts';
import type { RefusalCode, Verdict } from '../metering/verdict.ts';

/** Tells a line of usage from what else a function logs. */
export const USAGE_LINE = 'usage';

/**
 * What a function that checks keys logs of a call which the access log does not tell: one that the authorizer refused, as
 * the gateway is not documented to log the context of a refusal, or one that a backend elsewhere asked about.
 */
export interface UsageLine {
  readonly kind: typeof USAGE_LINE;
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What was called. */
  readonly route: string;
  /** The caller's address, empty where it is not known. */
  readonly ip: string;
  /** What the caller hears. */
  readonly status: number;
  readonly keyId: string;
  readonly email: string;
  readonly code: 'allowed' | RefusalCode;
  readonly credits: number;
  /** Absent where the account has reached no level. */
  readonly alerts?: string;
}

/** How a call came in, and what became of it. */
export type CheckedCall = Pick<UsageLine, 'requestId' | 'at' | 'route' | 'ip' | 'status'>;

/** The line of a call that was judged; nothing is told of one that no known key made. */
export function usageLine(verdict: Verdict, call: CheckedCall): UsageLine | undefined {
  if (!verdict.key) return undefined;
  const { keyId, email } = verdict.key;
  const alerts = writeAlerts(verdict.alerts ?? []);
  const code = verdict.allowed ? 'allowed' : verdict.refusal.code;
  return { kind: USAGE_LINE, ...call, keyId, email, code, credits: creditsOf(verdict), ...(alerts && { alerts }) };
}
