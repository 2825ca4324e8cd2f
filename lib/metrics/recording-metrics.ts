import type { LogEvent } from '../usage/envelope.ts';
import { emfLine } from './emf.ts';

/** What one delivery of log lines came to. */
export interface Recorded {
  readonly events: readonly LogEvent[];
  /** Calls that were counted. */
  readonly calls: number;
  /** Lines that could not be read. */
  readonly setAside: number;
}

/**
 * The metrics of one delivery, as a line for the log. The lag is that of its newest line: so old is what usage shows.
 *
 * @param now milliseconds since the epoch, when all was recorded.
 * @returns `undefined` for a delivery without lines.
 */
export function recordingLine({ events, calls, setAside }: Recorded, now: number): string | undefined {
  if (events.length === 0) return undefined;
  const newest = events.reduce((latest, { timestamp }) => Math.max(latest, timestamp), 0);
  return emfLine({
    at: now,
    metrics: {
      RecorderLag: { unit: 'Milliseconds', value: Math.max(0, now - newest) },
      CallsRecorded: { unit: 'Count', value: calls },
      LinesSetAside: { unit: 'Count', value: setAside },
    },
  });
}
