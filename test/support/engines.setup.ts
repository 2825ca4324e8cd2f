import type { TestProject } from 'vitest/node';
import { availableEngines, type EngineKind, startEngine } from '../../local/engine.ts';

/** A DynamoDB engine that runs for the whole test run, its tables in memory. */
export interface RunningEngine {
  readonly kind: EngineKind;
  readonly endpoint: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Every engine that this machine can run: `inject('engines')`. */
    engines: RunningEngine[];
  }
}

/** DynamoDB Local lives for minutes here: to compile it to the utmost costs more processor time than it ever gives back. */
const JAVA_OPTIONS = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** Starts each available engine once for the whole run. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  process.env.JDK_JAVA_OPTIONS ??= JAVA_OPTIONS;
  const started = await Promise.all(
    availableEngines().map(async (kind) => ({ kind, engine: await startEngine({ kind }) })),
  );
  provide(
    'engines',
    started.map(({ kind, engine }) => ({ kind, endpoint: engine.endpoint })),
  );
  return async () => {
    await Promise.all(started.map(({ engine }) => engine.close()));
  };
}
