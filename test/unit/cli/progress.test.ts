import { expect, test } from 'vitest';
import { createProgress } from '../../../cli/support/progress.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
};

test('on a terminal it is a bar, redrawn where something has changed, and wiped at the end', () => {
  const terminal = stream(true);
  const progress = createProgress(terminal);
  for (const share of [0, 0.5, 0.501]) progress.show(share, 'rows');
  progress.show(undefined, '7 rows');
  progress.end();
  expect(terminal.written).toEqual([
    `\r[${' '.repeat(30)}] 0 % rows`,
    `\r[${'█'.repeat(15)}${' '.repeat(15)}] 50 % rows`,
    `\r7 rows${' '.repeat(36)}`,
    '\r\u001b[K',
  ]);
});

test('elsewhere it is a line every few seconds, or nothing', () => {
  let now = 0;
  const file = stream(false);
  const progress = createProgress(file, { lines: { everyMs: 5_000, now: () => now } });
  for (now of [1_000, 5_000, 9_000, 10_000]) progress.show(now / 20_000, 'rows');
  progress.end();
  expect(file.written).toEqual(['25 % rows\n', '50 % rows\n']);

  const silent = stream(false);
  createProgress(silent).show(0.5);
  expect(silent.written).toEqual([]);
});
