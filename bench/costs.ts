/**
 * Computes what a million calls cost, and writes `docs/costs.md`.
 *
 *     npm run costs
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../local/synth.ts';
import { costsPage } from './costs/page.ts';
import { benchEngine } from './support/engine.ts';
import { runBench } from './support/run.ts';

const FILE = fileURLToPath(new URL('../docs/costs.md', import.meta.url));

await runBench('costs', async ({ signal, start, say }) => {
  const engine = await start(benchEngine(signal));
  const assembly = await mkdtemp(path.join(tmpdir(), 'costs-'));
  try {
    await synthesize(assembly, { signal });
    await writeFile(FILE, await costsPage(assembly, engine.endpoint));
    say('docs/costs.md is written');
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
});
