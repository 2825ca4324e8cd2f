const WIDTH = 30;
const EVERY_MS = 5_000;

/** Shows people how far it is: a bar on a terminal, elsewhere a line now and then. */
export interface Progress {
  show(done: number): void;
  end(): void;
}

/**
 * @param stream where it is written, such as `process.stderr`.
 * @param clock milliseconds.
 */
export function createProgress(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  total: number,
  clock: () => number = Date.now,
): Progress {
  let last = clock();
  let shown = -1;
  return {
    show: (done) => {
      const percent = Math.floor((done / total) * 100);
      if (stream.isTTY) {
        if (percent === shown) return;
        shown = percent;
        const filled = Math.round((percent / 100) * WIDTH);
        stream.write(`\r[${'█'.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${percent} %`);
      } else if (clock() - last >= EVERY_MS) {
        last = clock();
        stream.write(`${done} of ${total} answered\n`);
      }
    },
    end: () => {
      if (stream.isTTY && shown >= 0) stream.write('\r\u001b[K');
    },
  };
}
