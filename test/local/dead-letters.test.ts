import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { DeadLetter } from '../../local/lambda/async-invoke.ts';
import { keepDeadLetter } from '../../local/lambda/dead-letters.ts';

const letter = {
  queue: 'dead-letters',
  functionName: 'record',
  record: { requestContext: { approximateInvokeCount: 3 }, responsePayload: { errorMessage: 'no table' } },
} as unknown as DeadLetter;

const error = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => error.mockClear());

test('a dead letter is a JSON line in the file of its queue, and one line on the terminal', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'letters-'));
  keepDeadLetter(letter, directory);
  keepDeadLetter(letter, directory);
  const file = path.join(directory, 'dead-letters.jsonl');
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([letter.record, letter.record]);
  expect(error).toHaveBeenCalledWith(`record failed 3 times (no table); its event is kept in ${file}`);
  await rm(directory, { recursive: true });
});

test('where nothing is kept, it is told that it is lost', () => {
  keepDeadLetter(letter);
  expect(error).toHaveBeenCalledWith(
    'record failed 3 times (no table); its event is lost, as nothing is kept in memory',
  );
});
