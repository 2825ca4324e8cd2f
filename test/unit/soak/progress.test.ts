import { expect, test } from 'vitest';
import { soakProgress } from '../../../bench/soak/progress.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
};

test('on a terminal it is one line, drawn anew when it changes and cleared at the end', () => {
  const terminal = stream(true);
  const progress = soakProgress(terminal, 600_000, () => '9 calls');
  for (const at of [0, 400, 61_000]) progress.show(at);
  progress.end();
  expect(terminal.written).toEqual([
    '\r0:00 of 10:00: 9 calls\u001b[K',
    '\r1:01 of 10:00: 9 calls\u001b[K',
    '\r\u001b[K',
  ]);
});

test('elsewhere it is a plain line every ten seconds', () => {
  const file = stream(false);
  const progress = soakProgress(file, 30_000, () => '9 calls');
  for (let at = 0; at < 25_000; at += 250) progress.show(at);
  progress.end();
  expect(file.written).toEqual(['0:10 of 0:30: 9 calls\n', '0:20 of 0:30: 9 calls\n']);
});
