const WIDTH = 30;

/** Shows people how far it is. */
export interface Progress {
  /**
   * @param share from 0 to 1, or `undefined` where nobody knows the whole.
   * @param text what is said beside it.
   */
  show(share: number | undefined, text?: string): void;
  end(): void;
}

/** Where progress is shown. */
export interface ProgressOptions {
  /** Says so every few seconds where there is no terminal. @default - nothing is said there */
  readonly lines?: { readonly everyMs: number; now(): number };
}

const NOTHING: Progress = { show: () => {}, end: () => {} };

/**
 * Makes a bar on a terminal; elsewhere lines, or nothing.
 *
 * @param stream where it is written, such as `process.stderr`.
 */
export function createProgress(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  { lines }: ProgressOptions = {},
): Progress {
  if (!stream.isTTY) return lines ? inLines(stream, lines) : NOTHING;
  let shown = '';
  return {
    show: (share, text = '') => {
      const next = [bar(share), percent(share), text].filter(Boolean).join(' ');
      if (next === shown) return;
      stream.write(`\r${next}${' '.repeat(Math.max(0, shown.length - next.length))}`);
      shown = next;
    },
    end: () => shown !== '' && stream.write('\r\u001b[K'),
  };
}

function bar(share: number | undefined): string {
  if (share === undefined) return '';
  const filled = Math.round(share * WIDTH);
  return `[${'█'.repeat(filled)}${' '.repeat(WIDTH - filled)}]`;
}

const percent = (share: number | undefined): string => (share === undefined ? '' : `${Math.floor(share * 100)} %`);

function inLines(
  stream: { write(text: string): unknown },
  { everyMs, now }: NonNullable<ProgressOptions['lines']>,
): Progress {
  let last = now();
  return {
    show: (share, text = '') => {
      if (now() - last < everyMs) return;
      last = now();
      stream.write(`${[percent(share), text].filter(Boolean).join(' ')}\n`);
    },
    end: () => {},
  };
}
