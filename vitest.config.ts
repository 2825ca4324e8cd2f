import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { isLong } from './test/support/cases.ts';

/** The longest first, so that none is left to run alone at the end: those that wait for browsers and processes. */
const FIRST = ['/test/web/', '/test/cli/', '/test/api/'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = FIRST.findIndex((folder) => moduleId.includes(folder));
      return place === -1 ? FIRST.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/assembly.setup.ts', 'test/support/engines.setup.ts'],
    // A process serves many files, and loads the SDK and the CDK once.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Many tests wait for processes and timers of their own; the default leaves one core idle.
    maxWorkers: 3,
    // Ceilings, for machines that are slow or busy: no test is about time.
    testTimeout: isLong ? 1_200_000 : 240_000,
    hookTimeout: 240_000,
  },
});
