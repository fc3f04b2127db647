import { describe, expect, test } from 'vitest';
import { crashWorkloads, everyCrash } from './run/crash-points.ts';

describe('a crash', () => {
  test.each(crashWorkloads)('at any point of %s loses nothing', async (workload) => {
    let runs = 0;
    // A run passes as many points as the other workloads together.
    const seeds = workload === 'small-run' ? 1 : 3;
    for (let seed = 1; seed <= seeds; seed++) {
      const found = await everyCrash(workload, seed, 1);
      expect(found.broken).toEqual([]);
      runs += found.runs;
    }
    expect(runs).toBeGreaterThan(60);
  });

  test.each(['create', 'create-update-delete'] as const)(
    'and another one, at any two points of %s, lose nothing',
    async (workload) => {
      const found = await everyCrash(workload, 1, 2);
      expect(found.broken).toEqual([]);
      expect(found.runs).toBeGreaterThan(400);
    },
  );
});
