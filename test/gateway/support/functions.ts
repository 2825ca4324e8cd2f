import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalFunction } from '../../../local/model.ts';

/** The source of a bundle, with what differs from a function of 3 s, 128 MB and no environment. */
export type FunctionSource = string | ({ readonly source: string } & Partial<LocalFunction>);

/** Returns its event, which makes the event the body of the answer. */
export const ECHO = 'export const handler = async (event) => event;';

/** Writes each source as `index.mjs` in a directory of its own. */
export async function writeFunctions(sources: Readonly<Record<string, FunctionSource>>) {
  const root = await mkdtemp(join(tmpdir(), 'functions-'));
  const functions: LocalFunction[] = [];
  for (const [name, given] of Object.entries(sources)) {
    const { source, ...rest } = typeof given === 'string' ? { source: given } : given;
    const codeDirectory = await mkdtemp(join(root, `${name}-`));
    await writeFile(join(codeDirectory, 'index.mjs'), source);
    functions.push({
      name,
      codeDirectory,
      handler: 'index.handler',
      environment: {},
      timeoutSeconds: 3,
      memoryMb: 128,
      logGroup: `/aws/lambda/${name}`,
      asyncInvoke: { retries: 2, maxAgeSeconds: 21_600 },
      ...rest,
    });
  }
  return { functions, remove: () => rm(root, { recursive: true }) };
}
