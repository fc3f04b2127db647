import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/slowest-first.ts';

/** Tests that deploy the template on the embedded services. Most of their time is waiting. */
const stack = ['test/pipeline/**/*.test.ts', 'test/cli/{on-the-embedded-stack,real-systems,process}.test.ts'];
const unit = ['test/unit/**/*.test.ts', 'test/architecture/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 240_000,
    hookTimeout: 240_000,
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT' },
    // Test files share a worker and its modules: importing the product again for each file costs more than running it.
    isolate: false,
    // More than the two processors of a small machine: a third of the files mostly wait.
    maxWorkers: 4,
    sequence: { sequencer: SlowestFirst },
    projects: [
      { extends: true, test: { name: 'unit', include: unit, pool: 'threads' } },
      {
        extends: true,
        test: {
          name: 'suite',
          include: ['test/**/*.test.ts', 'packages/**/*.test.ts'],
          exclude: [...stack, ...unit, '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          include: stack,
          globalSetup: 'test/pipeline/synthesize-once.ts',
        },
      },
    ],
  },
});
