import { defineConfig } from 'vitest/config';

/** The tests by which mutants are killed: of the cores, and of the stores on one engine. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/store/**/*.test.ts'],
    // Many draws say little of a mutant that a few do not, and take their time for each of a thousand mutants.
    exclude: [
      'test/unit/keys/randomness.test.ts',
      'test/store/{authorizer-fuzz,faults,limit-costs,limits,refusals,shared-window,take-away}.test.ts',
    ],
    // Stryker runs tests in threads, where the zone is the process's own.
    testNamePattern: /^(?!.*which this machine then keeps)/,
    globalSetup: ['test/support/mutation.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
