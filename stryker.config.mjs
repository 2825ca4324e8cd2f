/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: ['lib/metering/**/*.ts', 'lib/keys/**/*.ts'],
  // Stryker rewrites the paths of a tsconfig by an API that TypeScript 7 does not have; ours holds in a copy as it is.
  tsconfigFile: 'none',
  buildCommand: 'npm run synth',
  ignorePatterns: ['build', 'cdk.out', '.local', 'coverage'],
  concurrency: 2,
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
