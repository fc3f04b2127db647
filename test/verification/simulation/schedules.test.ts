import { describe, expect, test } from 'vitest';
import { command, lastLine } from './command.ts';
import { besideWorkloads, isBeside } from './plan/beside.ts';
import { type Workload, workloads } from './plan/plan.ts';
import regressions from './regressions.json' with { type: 'json' };
import { runSchedule } from './world/schedule.ts';

const others = workloads.filter((one) => !['mixed', 'beside', 'small-run'].includes(one) && !isBeside(one));

describe('seeded schedules', () => {
  test('keep every promise and reach everything', async () => {
    const { status, output } = await command('simulate.ts', '--seeds', '1500', '--jobs', '1', '--reach');
    expect(output).toContain('violations=0');
    expect(output).not.toContain('too rarely');
    expect(status).toBe(0);
  });

  test('with runs, operators and the caretaker keep every promise and reach everything', async () => {
    const options = ['--workload', 'beside', '--seeds', '200', '--jobs', '1', '--reach'];
    const { status, output } = await command('simulate.ts', ...options);
    expect(output).toContain('violations=0');
    expect(output).not.toContain('too rarely');
    expect(status).toBe(0);
  });

  test.each(besideWorkloads)('of the workload %s keep every promise', async (workload) => {
    for (let seed = 1001; seed <= 1012; seed++) {
      const { violations } = await runSchedule({ seed, workload });
      expect(violations, `npm run simulate -- --workload ${workload} --replay ${seed}`).toEqual([]);
    }
  });

  test.each(others)('of the workload %s keep every promise', async (workload) => {
    for (let seed = 1; seed <= 60; seed++) {
      const { violations } = await runSchedule({ seed, workload });
      expect(violations, `npm run simulate -- --workload ${workload} --replay ${seed}`).toEqual([]);
    }
  });

  test.each(regressions)('seed $seed of $workload never fails again', async ({ seed, workload }) => {
    const { violations } = await runSchedule({ seed, workload: workload as Workload });
    expect(violations).toEqual([]);
  });
});

describe('a seed', () => {
  test('gives the same schedule in another process, on any number of threads', async () => {
    const seeds = ['--seeds', '120', '--from', '9001'];
    const one = await command('simulate.ts', ...seeds, '--jobs', '1');
    const two = await command('simulate.ts', ...seeds, '--jobs', '2');
    expect(lastLine(one.output)).toMatch(/^schedules=120 .* violations=0 digest=[0-9a-f]{16}$/);
    expect(lastLine(two.output)).toBe(lastLine(one.output));
  });

  test('can be replayed with everything that happened', async () => {
    const { status, output } = await command('simulate.ts', '--replay', '7', '--workload', 'erasure');
    expect(status).toBe(0);
    expect(output).toMatch(/change delete c0/);
    expect(output).toMatch(/oms (create|update) c0/);
  });

  test('is refused if it is not a number', async () => {
    const { status, output } = await command('simulate.ts', '--seeds', 'many');
    expect(status).toBe(2);
    expect(output).toContain('--seeds must be a number');
  });
});
