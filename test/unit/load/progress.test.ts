import { expect, test } from 'vitest';
import { createProgress } from '../../../bench/load/progress.ts';

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
};

test('on a terminal it is a bar that is drawn anew for each percent, and cleared at the end', () => {
  const terminal = stream(true);
  const progress = createProgress(terminal, 200);
  for (let done = 1; done <= 200; done++) progress.show(done);
  progress.end();
  expect(terminal.written).toHaveLength(102);
  expect(terminal.written.at(100)).toBe(`\r[${'█'.repeat(30)}] 100 %`);
  expect(terminal.written.at(-1)).toBe('\r\u001b[K');
});

test('elsewhere it is a plain line every five seconds', () => {
  const file = stream(false);
  let now = 0;
  const progress = createProgress(file, 100, () => now);
  for (let done = 1; done <= 100; done++) {
    now += 100;
    progress.show(done);
  }
  progress.end();
  expect(file.written).toEqual(['50 of 100 answered\n', '100 of 100 answered\n']);
});
