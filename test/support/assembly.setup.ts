import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { COMPILE_CACHE } from '../../local/lambda/messages.ts';
import { keptAssembly, SOURCES } from '../../local/synth.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of the synthesized stack, with its bundles: `inject('assembly')`. */
    assembly: string;
    /** The same of the stack with routes of a shop's own. */
    shop: string;
    /** Directory for what files share while the tests run. */
    scratch: string;
    /** Directory for the compiled code of functions that are written for a test. */
    compiled: string;
  }
}

const SHOP = fileURLToPath(new URL('shop', import.meta.url));

/** Takes both stacks for the whole run, synthesized if anything has changed, and a place for compiled code. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const [assembly, shop] = await Promise.all([
    keptAssembly(),
    keptAssembly({ app: path.join(SHOP, 'app.ts'), sources: [...SOURCES, SHOP] }),
  ]);
  provide('assembly', assembly);
  provide('shop', shop);
  const scratch = await mkdtemp(path.join(tmpdir(), 'tests-'));
  provide('scratch', scratch);
  const compiled = path.join(scratch, 'compiled');
  provide('compiled', compiled);
  // Also for the processes that tests start: they load the same modules again and again.
  process.env[COMPILE_CACHE] ??= compiled;
  // Processes that end write what they have compiled.
  return () => rm(scratch, { recursive: true, force: true, maxRetries: 10 });
}
