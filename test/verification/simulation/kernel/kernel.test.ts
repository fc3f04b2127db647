import { describe, expect, test } from 'vitest';
import { withoutAmbient } from './ambient.ts';
import { Kernel, START } from './kernel.ts';

describe('the kernel', () => {
  test('runs events by time, and events of the same time in the order of their requests', async () => {
    const kernel = new Kernel();
    const calls: string[] = [];
    kernel.after(20, () => calls.push('c'));
    kernel.after(10, () => calls.push('a'));
    kernel.after(10, () => calls.push('b'));
    expect(await kernel.run(START + 1_000)).toBe('idle');
    expect(calls).toEqual(['a', 'b', 'c']);
    expect(kernel.now).toBe(START + 20);
  });

  test('runs all promises to completion before the next event', async () => {
    const kernel = new Kernel();
    const calls: string[] = [];
    const slow = async () => {
      for (let i = 0; i < 50; i++) await undefined;
      calls.push('settled');
    };
    kernel.after(1, () => void slow());
    kernel.after(1, () => calls.push('next'));
    await kernel.run(START + 10);
    expect(calls).toEqual(['settled', 'next']);
  });

  test('stops at a time limit with later events pending, and after a number of steps', async () => {
    const kernel = new Kernel();
    kernel.after(1_000, () => {});
    expect(await kernel.run(START + 10)).toBe('time');
    expect(kernel.now).toBe(START + 10);
    expect(await kernel.run(START + 10_000, 0)).toBe('steps');
  });

  test('blocks the real clock, randomness and network while a schedule runs', async () => {
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
