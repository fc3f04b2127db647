import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSqsTicks } from '../../lambdas/adapters/aws/sqs-ticks.ts';
import { readTick } from '../../lambdas/core/runs/run-tick.ts';
import { type EmbeddedSqs, startEmbeddedSqs } from '../builders/embedded-sqs.ts';
import { someRun } from '../builders/runs.ts';
import { createMemoryTicks } from '../fakes/memory-ticks.ts';

const runId = someRun().id;

describe('ticks', () => {
  let sqs: EmbeddedSqs;
  beforeAll(async () => {
    sqs = await startEmbeddedSqs();
    await sqs.makeQueue('ticks');
  });
  afterAll(() => sqs.stop());

  test('a tick names its run, and the page if one was meant', async () => {
    const memory = createMemoryTicks();
    for (const ticks of [memory, createSqsTicks(sqs.client, sqs.urlOf('ticks'))]) {
      await ticks.send({ runId }, 0);
      await ticks.send({ runId, page: 3 }, 0);
    }
    const answer = await sqs.call('ReceiveMessage', {
      QueueUrl: sqs.urlOf('ticks'),
      MaxNumberOfMessages: 10,
    });
    const bodies = (answer['Messages'] as { Body: string }[]).map(({ Body }) => readTick(Body));
    expect(bodies).toEqual(memory.sent.map(({ delaySeconds: _delay, ...tick }) => tick));
    expect(bodies).toEqual([{ runId }, { runId, page: 3 }]);
  });

  test('a delayed tick becomes visible at its time, and no later than SQS allows', async () => {
    const ticks = createSqsTicks(sqs.client, sqs.urlOf('ticks'));
    await ticks.send({ runId }, 20.4);
    await ticks.send({ runId }, 100_000);
    const answer = await sqs.call('GetQueueAttributes', {
      QueueUrl: sqs.urlOf('ticks'),
      AttributeNames: ['All'],
    });
    expect(answer['Attributes']).toMatchObject({ ApproximateNumberOfMessagesDelayed: '2' });
  });

  test('a queue that does not take it is worth another try', async () => {
    await expect(createSqsTicks(sqs.client, sqs.urlOf('nowhere')).send({ runId }, 0)).rejects.toMatchObject({
      failureClass: 'retry',
      code: 'TICKS_UNREACHABLE',
    });
  });

  test.each(['', 'null', '{}', '{"runId":"x"}', `{"runId":"${runId}","page":0}`, `["${runId}"]`])(
    'takes %j for no tick',
    (body) => {
      expect(readTick(body)).toBeUndefined();
    },
  );
});
