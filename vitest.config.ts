import { defineConfig } from 'vitest/config';
import { isLong } from './test/support/cases.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/assembly.setup.ts', 'test/support/engines.setup.ts'],
    // A process serves many files, and loads the SDK and the CDK once.
    isolate: false,
    // Many tests wait for processes and timers of their own; the default leaves one core idle.
    maxWorkers: 3,
    // Ceilings, for machines that are slow or busy: no test is about time.
    testTimeout: isLong ? 1_200_000 : 240_000,
    hookTimeout: 240_000,
  },
});
