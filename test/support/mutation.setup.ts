import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEngine } from '../../local/engine.ts';

/** Starts the engine that needs no time to start, and provides the stack as it was synthesized for the whole run. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const engine = await startEngine({ kind: 'dynoxide' });
  provide('engines', [{ kind: 'dynoxide', endpoint: engine.endpoint }]);
  provide('assembly', path.resolve('cdk.out'));
  return () => engine.close();
}
