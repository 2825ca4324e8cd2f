import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/synth.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of the synthesized stack, with its bundles: `inject('assembly')`. */
    assembly: string;
  }
}

/** Synthesizes the stack once for the whole run. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const assembly = await mkdtemp(path.join(tmpdir(), 'assembly-'));
  await synthesize(assembly);
  provide('assembly', assembly);
  return () => rm(assembly, { recursive: true, force: true });
}
