import { createRandom } from '@fluent-connector/twins/random';
import { describe, expect, test } from 'vitest';
import { Faults } from '../kernel/faults.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Reach } from '../kernel/reach.ts';
import { Trace } from '../kernel/trace.ts';
import { FifoQueue, type FifoQueueOptions } from './fifo-queue.ts';

/** A queue without faults and with a manual clock. */
function bench(over: Partial<FifoQueueOptions> = {}) {
  const kernel = new Kernel();
  const queue = new FifoQueue(
    {
      kernel,
      trace: new Trace(() => kernel.now, false),
      faults: new Faults({ seed: 1, hasReconcile: false, rate: 0 }),
      random: createRandom(1),
      reach: new Reach(),
      cuts: { passed: 0, crashAt: undefined },
      violate: (violation) => {
        throw violation;
      },
    },
    {
      name: 'queue',
      visibilitySeconds: 100,
      delaySeconds: 0,
      maxReceiveCount: 3,
      deduplicates: true,
      locks: true,
      drops: false,
      ...over,
    },
  );
  const receiveAll = () => {
    const received = [];
    for (let batch = queue.receive(10); batch.length > 0; batch = queue.receive(10)) received.push(...batch);
    return received;
  };
  const wait = async (seconds: number) => {
    kernel.after(seconds * 1_000, () => {});
    await kernel.run(kernel.now + seconds * 1_000);
  };
  return { queue, receiveAll, wait, bodies: () => receiveAll().map(({ body }) => body) };
}

describe('a FIFO queue of the simulator', () => {
  test('delivers a group in order, at most ten messages', () => {
    const { queue } = bench();
    for (let i = 0; i < 12; i++) queue.send(`m${i}`, 'g', `d${i}`);
    const batch = queue.receive(10).map(({ body }) => body);
    expect(batch.length).toBeGreaterThan(0);
    expect(batch.length).toBeLessThanOrEqual(10);
    expect(batch).toEqual(batch.map((_, index) => `m${index}`));
  });

  test('locks a group while one of its messages is in flight, and no other group', () => {
    const { queue, bodies } = bench();
    queue.send('a', 'g', '1');
    const [first] = queue.receive(1);
    queue.send('b', 'g', '2');
    queue.send('c', 'other', '3');
    expect(bodies()).toEqual(['c']);
    queue.remove(first?.id ?? '', first?.receipt ?? '');
    expect(bodies()).toEqual(['b']);
  });

  test('keeps the group locked while a message is hidden, and delivers that message first', async () => {
    const { queue, bodies, wait } = bench();
    queue.send('a', 'g', '1');
    const [first] = queue.receive(1);
    queue.send('b', 'g', '2');
    expect(queue.changeVisibility(first?.receipt ?? '', 30)).toBe(true);
    await wait(29);
    expect(bodies()).toEqual([]);
    await wait(1);
    expect(bodies()[0]).toBe('a');
  });

  test('ignores an expired receipt handle', async () => {
    const { queue, wait } = bench();
    queue.send('a', 'g', '1');
    const [first] = queue.receive(1);
    await wait(100);
    queue.remove(first?.id ?? '', first?.receipt ?? '');
    expect(queue.changeVisibility(first?.receipt ?? '', 30)).toBe(false);
    expect(queue.size).toBe(1);
  });

  test('deduplicates an id for five minutes within its group', async () => {
    const { queue, wait } = bench();
    queue.send('a', 'g', 'same');
    queue.send('a', 'g', 'same');
    queue.send('a', 'other', 'same');
    expect(queue.size).toBe(2);
    await wait(300);
    queue.send('a', 'g', 'same');
    expect(queue.size).toBe(3);
  });

  test('hides a new message for its delay', async () => {
    const { queue, bodies, wait } = bench({ delaySeconds: 5 });
    queue.send('a', 'g', '1');
    await wait(4);
    expect(bodies()).toEqual([]);
    await wait(1);
    expect(bodies()).toEqual(['a']);
  });

  test('dead-letters a message after its last receive, and accepts it again as a new message', async () => {
    const { queue, bodies, wait } = bench();
    queue.send('a', 'g', '1');
    for (let receive = 0; receive < 3; receive++) {
      expect(bodies()).toEqual(['a']);
      await wait(100);
    }
    expect(bodies()).toEqual([]);
    const [dead] = queue.dead.splice(0);
    if (!dead) throw new Error('nothing was moved');
    queue.redrive(dead, dead.sentAt);
    expect(queue.receive(10)).toMatchObject([{ body: 'a', receives: 1, sentAt: dead.sentAt }]);
  });
});
