import { expect, test } from 'vitest';
import { runSchedule } from '../world/schedule.ts';
import { shrink } from './shrink.ts';

test('a schedule that breaks a promise becomes shorter and still breaks it', async () => {
  const infrastructure = { maxReceiveCount: 4, dropsAtLastReceive: true };
  for (let seed = 1; seed <= 200; seed++) {
    const options = { seed, workload: 'mixed', infrastructure } as const;
    const before = await runSchedule(options);
    const [broken] = before.violations;
    if (!broken || before.changes < 8) continue;
    const { options: less, result } = await shrink(options, 300);
    expect(result.violations[0]?.invariant).toBe(broken.invariant);
    expect(less.withoutChanges?.size).toBeGreaterThan(0);
    expect(result.steps).toBeLessThan(before.steps);
    expect(result.lines.at(-1)).toMatch(/VIOLATION/);
    return;
  }
  throw new Error('no seed broke a promise');
});
