import type { Progress } from '../load/progress.ts';

const EVERY_MS = 10_000;

const clock = (milliseconds: number): string =>
  `${Math.floor(milliseconds / 60_000)}:${String(Math.floor(milliseconds / 1_000) % 60).padStart(2, '0')}`;

/**
 * Shows people how far a soak is: a line that is drawn anew on a terminal, elsewhere a line now and then.
 *
 * @param totalMs how long it takes.
 * @param what tells what has happened so far.
 */
export function soakProgress(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  totalMs: number,
  what: () => string,
): Progress {
  let last = 0;
  let shown = '';
  return {
    show: (doneMs) => {
      const line = `${clock(doneMs)} of ${clock(totalMs)}: ${what()}`;
      if (stream.isTTY) {
        if (line !== shown) stream.write(`\r${line}\u001b[K`);
        shown = line;
      } else if (doneMs - last >= EVERY_MS) {
        last = doneMs;
        stream.write(`${line}\n`);
      }
    },
    end: () => {
      if (stream.isTTY && shown) stream.write('\r\u001b[K');
    },
  };
}
