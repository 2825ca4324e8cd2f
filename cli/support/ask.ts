import type { ReadStream } from 'node:tty';

/** Where a person or a pipe types. */
export type Input = NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY' | 'setRawMode'>>;

const END = new Set(['\r', '\n', '\u0004']);
const CANCEL = '\u0003';
const RUBBED_OUT = new Set(['\b', '\u007f']);

/** Reads one line. What comes after it is not read. */
export async function readLine(input: Input = process.stdin): Promise<string> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0]?.trim() ?? '';
}

/** Asks on the standard error, and reads a line of the standard input. */
export async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  return readLine();
}

/**
 * Reads a secret: from a pipe, or typed without being seen.
 *
 * @throws Error if its reader gives up by Ctrl-C.
 */
export async function readSecret(
  question: string,
  input: Input = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  if (!input.isTTY || !input.setRawMode) return readLine(input);
  output.write(question);
  input.setRawMode(true);
  try {
    let text = '';
    for await (const chunk of input.setEncoding('utf8')) {
      for (const character of String(chunk)) {
        if (character === CANCEL) throw new Error('no key was given');
        if (END.has(character)) return text.trim();
        text = RUBBED_OUT.has(character) ? text.slice(0, -1) : text + character;
      }
    }
    return text.trim();
  } finally {
    input.setRawMode(false);
    output.write('\n');
  }
}
