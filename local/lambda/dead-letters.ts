import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { DeadLetter } from './async-invoke.ts';

/**
 * Keeps what a function could not be given, a JSON line each, and says so.
 *
 * @param directory where it goes; without one it is only told.
 */
export function keepDeadLetter(letter: DeadLetter, directory?: string): void {
  const { functionName, queue, record } = letter;
  const file = directory && path.join(directory, `${queue ?? functionName}.jsonl`);
  if (directory && file) {
    mkdirSync(directory, { recursive: true });
    appendFileSync(file, `${JSON.stringify(record)}\n`);
  }
  const { approximateInvokeCount: count } = record.requestContext;
  const { errorMessage } = record.responsePayload as { errorMessage?: string };
  console.error(
    `${functionName} failed ${count} times (${errorMessage ?? 'no answer'}); ` +
      (file ? `its event is kept in ${file}` : 'its event is lost, as nothing is kept in memory'),
  );
}
