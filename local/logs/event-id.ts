import { randomInt } from 'node:crypto';

const LARGEST = 2 ** 48 - 1;

/** Numbers log events: 56 digits, of time, of this run, and of the event. */
export function createEventIds(): (timestamp: number) => string {
  const run = String(randomInt(LARGEST)).padStart(20, '0');
  let sequence = 0;
  return (timestamp) => String(timestamp).padStart(16, '0') + run + String(sequence++).padStart(20, '0');
}
