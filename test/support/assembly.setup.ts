import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { SOURCES, synthesize } from '../../local/synth.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of the synthesized stack, with its bundles: `inject('assembly')`. */
    assembly: string;
    /** The same of the stack with routes of a shop's own. */
    shop: string;
  }
}

const SHOP = fileURLToPath(new URL('shop', import.meta.url));

/** Takes both stacks once for the whole run, synthesized if anything has changed. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const root = await mkdtemp(path.join(tmpdir(), 'assembly-'));
  const [assembly, shop] = [path.join(root, 'service'), path.join(root, 'shop')];
  await Promise.all([
    synthesize(assembly),
    synthesize(shop, { app: path.join(SHOP, 'app.ts'), sources: [...SOURCES, SHOP] }),
  ]);
  provide('assembly', assembly);
  provide('shop', shop);
  return () => rm(root, { recursive: true, force: true });
}
