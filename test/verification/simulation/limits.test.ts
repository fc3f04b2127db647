import { describe, expect, test } from 'vitest';
import type { Plan } from './plan/plan.ts';
import { runSchedule } from './world/schedule.ts';

describe('beyond the promises of the protocol', () => {
  test('a source that repeatedly misses an old customer can lose its change, and reconcile repairs it', async () => {
    let lost = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const missing = {
        seed,
        workload: 'revert',
        infrastructure: { lateMisses: 'always' },
        onlyFaults: ['ct-read stale-404', 'ct-read 503'],
        rate: 0.9,
      } as const;
      const longer = (plan: Plan) => ({ ...plan, faultsUntil: plan.faultsUntil + 3_600_000 });
      const without = await runSchedule({
        ...missing,
        plan: (plan) => ({ ...longer(plan), hasReconcile: false }),
      });
      if (without.violations.length === 0) continue;
      lost++;
      const withIt = await runSchedule({
        ...missing,
        plan: (plan) => ({ ...longer(plan), hasReconcile: true }),
      });
      expect(withIt.violations).toEqual([]);
    }
    expect(lost).toBeGreaterThan(0);
  });

  test('an OMS that applies a write later than DELTA can keep the older content', async () => {
    let found = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { violations } = await runSchedule({
        seed,
        workload: 'revert',
        infrastructure: { lateBeyondDelta: true },
        onlyFaults: ['fluent-write late'],
        rate: 0.3,
      });
      if (violations.length > 0) found++;
    }
    expect(found).toBeGreaterThan(0);
  });
});
