const WIDTH = 30;

/** Shows people how far it is: a bar on a terminal, and nothing elsewhere. */
export interface Progress {
  /** @param share from 0 to 1. */
  show(share: number): void;
  end(): void;
}

/** @param stream where it is written, such as `process.stderr`. */
export function createProgress(stream: { readonly isTTY?: boolean; write(text: string): unknown }): Progress {
  if (!stream.isTTY) return { show: () => {}, end: () => {} };
  let shown = -1;
  return {
    show: (share) => {
      const percent = Math.floor(share * 100);
      if (percent === shown) return;
      shown = percent;
      const filled = Math.round(share * WIDTH);
      stream.write(`\r[${'█'.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${percent} %`);
    },
    end: () => shown >= 0 && stream.write('\r\u001b[K'),
  };
}
