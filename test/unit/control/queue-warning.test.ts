import { describe, expect, test } from 'vitest';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import { queueWarning } from '../../../lambdas/core/operations/queue-warning.ts';
import { createControlBench } from '../../builders/control-bench.ts';

const queue = { name: 'ingest', ready: 0, inFlight: 0, delayed: 0, isDeadLetters: false };
const backlog = 10_000;
const full = '8,000 messages of 10,000 (care.queueBacklog)';

describe('a queue', () => {
  test.each([
    ['that is empty', {}, 0, undefined],
    ['with 7,999 of 10,000', { ready: 7_999 }, 0, undefined],
    ['with 8,000 of 10,000', { ready: 8_000 }, 0, full],
    ['with 8,000 of 10,000 in any state', { ready: 1, inFlight: 2_000, delayed: 5_999 }, 0, full],
    ['whose oldest message waits 15 minutes', { ready: 1 }, 900, undefined],
    ['whose oldest message waits longer', { inFlight: 1 }, 1_260, 'oldest message: 21 min'],
    ['that is empty by now, whatever the metric says', {}, 1_260, undefined],
    ['that is nearly full of old ones', { ready: 8_000 }, 960, `${full}, oldest message: 16 min`],
    ['of dead letters, which wait for an operator', { ready: 9_000, isDeadLetters: true }, 9_999, undefined],
  ])('%s', (_, state, oldestSeconds, warning) => {
    expect(queueWarning({ ...queue, ...state }, { backlog, oldestSeconds })).toBe(warning);
  });
});

describe('the list of queues', () => {
  const filled = () => {
    const bench = createControlBench({ care: careSettings.parse({ queueBacklog: 5 }) });
    bench.queueAdmin.put('route', 'a', 'b', 'c', 'd');
    bench.queueAdmin.put('handler/customer', 'a');
    bench.measuredAges.oldest = { ingest: 3_000, 'handler/customer': 960.4 };
    return bench;
  };
  test('shows the age of the oldest message and warns by the configured backlog, like status', async () => {
    const bench = filled();
    const { queues } = await bench.done('queue.list', {});
    const of = (name: string) => queues.find((each) => each.name === name);
    expect(of('route')).toMatchObject({ ready: 4, warning: '4 messages of 5 (care.queueBacklog)' });
    expect(of('handler/customer')).toMatchObject({
      oldestSeconds: 960,
      warning: 'oldest message: 16 min',
    });
    expect(of('ingest')).toEqual({ ...queue, name: 'ingest' });
    expect((await bench.done('status', {})).queues).toEqual(queues);
  });
  test('has no ages where no metrics can be read', async () => {
    const bench = filled();
    bench.measuredAges.oldest = undefined;
    const { queues } = await bench.done('queue.list', {});
    expect(queues.filter((each) => 'oldestSeconds' in each)).toEqual([]);
    expect(queues.map(({ warning }) => warning).filter(Boolean)).toHaveLength(1);
  });
});
