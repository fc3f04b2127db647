import { defineConfig } from 'vitest/config';

/** The tests that must kill the mutants of `npm run mutation`: the unit tests, none of which starts a server. */
export default defineConfig({
  test: { include: ['test/unit/**/*.test.ts'], exclude: ['test/unit/bench/**'] },
});
