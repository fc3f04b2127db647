import { expect, test } from 'vitest';
import { deduplicationId, groupId } from '../../../lambdas/core/delivery/resource-event.ts';
import { route } from '../../../lambdas/router/route.ts';
import { type Route, routes } from '../../../lambdas/routes.ts';
import { idOf, someId } from '../../builders/notification.ts';
import { createObserver } from '../../builders/observer.ts';
import { event, record } from '../../builders/records.ts';
import { createMemoryDeadLetters, createMemoryHandlerQueues } from '../../fakes/memory-queues.ts';

const upsert = 'commercetools.connect.customer.upsert';
const onBus = (detail: unknown, detailType = upsert) => ({
  'detail-type': detailType,
  source: 'commercetools-fluent-connector',
  detail,
});

function createBench(options: { refuses?: string[]; routes?: readonly Route[] } = {}) {
  const observer = createObserver();
  const queues = createMemoryHandlerQueues(new Set(options.refuses));
  const deadLetters = createMemoryDeadLetters();
  const ports = {
    routes: options.routes ?? routes,
    queues,
    deadLetters,
    log: observer.log,
    metrics: observer.metrics,
  };
  const run = async (...payloads: unknown[]) => {
    const records = payloads.map((payload) => record(payload));
    const back = await route(ports, records);
    return back.map((one) => records.indexOf(one));
  };
  return { ...observer, queues, deadLetters, run };
}

test('the typeId names the handler', async () => {
  const bench = createBench();
  expect(
    await bench.run(
      onBus(event()),
      onBus(event({ kind: 'DELETE' }), 'commercetools.connect.customer.delete'),
    ),
  ).toEqual([]);
  expect(bench.queues.sent.map(({ handler, event: { kind } }) => `${handler} ${kind}`)).toEqual([
    'customer UPSERT',
    'customer DELETE',
  ]);
});

test('an unknown typeId is retried, bad input is dead-lettered, the rest is sent', async () => {
  const bench = createBench();
  expect(
    await bench.run(
      onBus(event(), 'unknown'),
      'nonsense',
      onBus({ ...event(), version: -1 }),
      onBus(event()),
    ),
  ).toEqual([0]);
  expect(bench.outcomeTexts().sort()).toEqual(['failed: not-json', 'failed: invalid:version'].sort());
  expect(bench.queues.sent).toHaveLength(1);
});

test('an event is retried until every handler of its routes has it', async () => {
  const fanOut = [...routes, { ...routes[0], handler: 'mail' } as Route];
  const bench = createBench({ refuses: ['mail'], routes: fanOut });
  expect(await bench.run(onBus(event()))).toEqual([0]);
  expect(bench.queues.sent.map(({ handler }) => handler)).toEqual(['customer']);
  expect(bench.count('Forwarded')).toBe(0);
});

test('the message group is the customer, without its version', () => {
  expect(groupId(event({ version: 3 }))).toBe(`customer/${someId}`);
  expect(groupId(event({ version: 4 }))).toBe(groupId(event({ version: 3 })));
});

test('the deduplication id differs by version, kind, run, customer and notification, and not for a repeated send', () => {
  const one = event();
  const others = [
    event({ version: 4 }),
    event({ kind: 'DELETE' }),
    event({ runId: 'run' }),
    event({ traceId: 'another' }),
    event({ resource: { typeId: 'customer', id: idOf(1) } }),
  ];
  const ids = [one, ...others].map((each) => deduplicationId(upsert, each));
  expect(new Set(ids).size).toBe(ids.length);
  expect(deduplicationId(upsert, { ...one, modifiedAt: 'later' })).toBe(ids[0]);
});
