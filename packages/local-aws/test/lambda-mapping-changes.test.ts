import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, startConsumer } from './mapping-consumer.ts';
import { startTestAccount, type TestAccount, until } from './test-account.ts';

describe('an event source mapping', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());

  const consumer = (options: Parameters<typeof startConsumer>[1] = {}) => startConsumer(account, options);

  test('runs batches of two FIFO groups at the same time, but never two of one group', async () => {
    const reader = await consumer({
      queue: { FifoQueue: 'true' },
      mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      source: `export const handler = async ({ Records: [record] }) => {
        const group = record.attributes.MessageGroupId;
        console.log(JSON.stringify(['in', group]));
        await new Promise((resolve) => setTimeout(resolve, 150));
        console.log(JSON.stringify(['out', group]));
      };`,
    });
    const warm = { Records: [{ attributes: { MessageGroupId: 'warm' } }] };
    await Promise.all([account.invoke(reader.name, warm), account.invoke(reader.name, warm)]);
    const before = reader.batches().length;
    for (const n of [1, 2, 3]) for (const group of ['a', 'b']) await reader.sendTo(group, n);
    await ended(reader, 6);
    const inside = new Set<unknown>();
    let together = 0;
    for (const [what, group] of reader.batches().slice(before)) {
      if (what === 'in') expect(inside.has(group)).toBe(false);
      if (what === 'in') inside.add(group);
      else inside.delete(group);
      together = Math.max(together, inside.size);
    }
    expect(together).toBe(2);
    expect(reader.batches().filter(([, group]) => group === 'a')).toHaveLength(6);
  });

  test('holds back a FIFO group behind its failed message', async () => {
    const reader = await consumer({
      queue: { FifoQueue: 'true', VisibilityTimeout: '20' },
      source: `export const handler = async ({ Records }) => {
        console.log(JSON.stringify(Records.map(({ body }) => body)));
        const failed = Records.filter(({ body, attributes }) => body === '1' && attributes.ApproximateReceiveCount === '1');
        return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      };`,
    });
    await reader.sendTo('a', 1);
    await ended(reader);
    await reader.sendTo('a', 2);
    await sleep(1200);
    expect(reader.batches()).toEqual([['1']]);
  });

  test('receives nothing while it is disabled, and continues when it is enabled', async () => {
    const reader = await consumer();
    await until(async () => (await reader.state()) === 'Enabled');
    expect(await reader.update({ Enabled: false })).toMatchObject({ State: 'Disabling' });
    await until(async () => (await reader.state()) === 'Disabled');
    await reader.send({ answer: null });
    await sleep(200);
    expect(reader.batches()).toEqual([]);
    expect(await reader.left()).toBe(1);
    expect(await reader.update({ Enabled: true })).toMatchObject({ State: 'Enabling' });
    await ended(reader);
    expect(await reader.state()).toBe('Enabled');
    expect(await reader.left()).toBe(0);
  });

  test('changes its batch size while it is enabled', async () => {
    const reader = await consumer({ mapping: { Enabled: false } });
    await until(async () => (await reader.state()) === 'Disabled');
    expect(await reader.update({ BatchSize: 1 })).toMatchObject({ BatchSize: 1, State: 'Disabled' });
    await reader.send({}, {});
    expect(await reader.update({ Enabled: true, BatchSize: 1 })).toMatchObject({ State: 'Enabling' });
    await ended(reader, 2);
    expect(reader.batches().map((batch) => batch.length)).toEqual([1, 1]);
    expect(await reader.update({ BatchSize: 5 })).toMatchObject({ BatchSize: 5, State: 'Updating' });
    await until(async () => (await reader.state()) === 'Enabled');
  });

  test('is listed by function until it is deleted', async () => {
    const reader = await consumer();
    const list = () => account.aws('lambda', 'ListEventSourceMappings', { FunctionName: reader.name });
    expect(await list()).toMatchObject({ EventSourceMappings: [{ UUID: reader.UUID, BatchSize: 10 }] });
    expect(await account.aws('lambda', 'DeleteEventSourceMapping', { UUID: reader.UUID })).toMatchObject({
      State: 'Deleting',
    });
    await until(() => reader.report() === undefined);
    expect(await list()).toEqual({ EventSourceMappings: [] });
  });
});
