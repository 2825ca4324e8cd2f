import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type Input, readLine, readSecret } from '../../../cli/support/ask.ts';

/** A terminal at which somebody types, and what it was told. */
function terminal(...typed: string[]) {
  const input = new PassThrough() as unknown as Input & PassThrough;
  const modes: boolean[] = [];
  const output = new PassThrough();
  Object.assign(input, { isTTY: true, setRawMode: (mode: boolean) => modes.push(mode) });
  for (const text of typed) input.write(text);
  return { input, output, modes, shown: () => String(output.read() ?? '') };
}

describe('a secret at a terminal', () => {
  test('is read key by key without being shown, up to Enter', async () => {
    const { input, output, modes, shown } = terminal('sk_', 'liveX', '\u007f', '_1\rrest');
    expect(await readSecret('API key: ', input, output)).toBe('sk_live_1');
    expect(shown()).toBe('API key: \n');
    expect(modes).toEqual([true, false]);
  });

  test('is given up by Ctrl-C, and the terminal is as it was', async () => {
    const { input, output, modes } = terminal('sk_live\u0003');
    await expect(readSecret('API key: ', input, output)).rejects.toThrow('no key was given');
    expect(modes).toEqual([true, false]);
  });

  test('from a pipe is its first line, and nothing is asked', async () => {
    const input = new PassThrough();
    input.end('  sk_live_1 \nsecond line\n');
    const output = new PassThrough();
    expect(await readSecret('API key: ', input, output)).toBe('sk_live_1');
    expect(output.read()).toBeNull();
  });
});

test('a line from nowhere is empty', async () => {
  const input = new PassThrough();
  input.end();
  expect(await readLine(input)).toBe('');
});
