import { defineConfig } from 'vitest/config';

/** The tests by which mutants are killed: of the cores, and of the stores on one engine. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/store/**/*.test.ts'],
    // A million draws say nothing of a mutant that a few do not.
    exclude: ['test/unit/keys/randomness.test.ts'],
    globalSetup: ['test/support/mutation.setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
