import { describe, expect, test } from 'vitest';
import { withoutAmbient } from './ambient.ts';
import { Kernel, START } from './kernel.ts';

describe('the kernel', () => {
  test('runs events by time, and those of one time in the order in which they were asked for', async () => {
    const kernel = new Kernel();
    const told: string[] = [];
    kernel.after(20, () => told.push('c'));
    kernel.after(10, () => told.push('a'));
    kernel.after(10, () => told.push('b'));
    expect(await kernel.run(START + 1_000)).toBe('idle');
    expect(told).toEqual(['a', 'b', 'c']);
    expect(kernel.now).toBe(START + 20);
  });

  test('lets every promise settle before the next event', async () => {
    const kernel = new Kernel();
    const told: string[] = [];
    const slow = async () => {
      for (let i = 0; i < 50; i++) await undefined;
      told.push('settled');
    };
    kernel.after(1, () => void slow());
    kernel.after(1, () => told.push('next'));
    await kernel.run(START + 10);
    expect(told).toEqual(['settled', 'next']);
  });

  test('stops at a time with the rest still to come, and after so many steps', async () => {
    const kernel = new Kernel();
    kernel.after(1_000, () => {});
    expect(await kernel.run(START + 10)).toBe('time');
    expect(kernel.now).toBe(START + 10);
    expect(await kernel.run(START + 10_000, 0)).toBe('steps');
  });

  test('takes the real clock, chance and network away while a schedule runs', async () => {
    for (const use of [
      () => Date.now(),
      () => Math.random(),
      () => setTimeout(() => {}),
      () => fetch('http://x'),
    ])
      await expect(withoutAmbient(async () => use())).rejects.toThrow('was used inside a simulated schedule');
    expect(Date.now()).toBeGreaterThan(START - 365 * 86_400_000 * 10);
  });
});
