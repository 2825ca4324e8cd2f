import { StringDecoder } from 'node:string_decoder';

/** The longest row, in characters. */
export const MOST = 65_536;

/**
 * The lines of a text, however long it is. A line that is too long is `undefined`, and never held whole.
 *
 * @param chunks UTF-8; bytes that are none become U+FFFD.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, most = MOST): AsyncGenerator<string | undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isTooLong = false;
  const cut = (text: string): string | undefined => {
    const line = isTooLong || rest.length + text.length > most ? undefined : rest + text;
    rest = '';
    isTooLong = false;
    return line?.replace(/\r$/, '');
  };
  for await (const chunk of chunks) {
    const pieces = decoder.write(Buffer.from(chunk)).split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) yield cut(piece);
    isTooLong ||= rest.length + last.length > most;
    rest = isTooLong ? '' : rest + last;
  }
  const end = decoder.end();
  if (rest !== '' || isTooLong || end !== '') yield cut(end);
}
