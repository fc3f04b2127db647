import { expect, test } from 'vitest';
import { listen } from '../../../lambdas/queue-listener/listen.ts';
import { type Route, routes } from '../../../lambdas/routes.ts';
import { change, eventBridgeEvent, idOf, someId } from '../../builders/notification.ts';
import { createObserver } from '../../builders/observer.ts';
import { record } from '../../builders/records.ts';
import { createMemoryDeadLetters, createMemoryPublisher } from '../../fakes/memory-queues.ts';

function createBench(options: { refuses?: string[]; routes?: readonly Route[] } = {}) {
  const observer = createObserver();
  const publisher = createMemoryPublisher(new Set(options.refuses));
  const deadLetters = createMemoryDeadLetters();
  const ports = {
    projectKey: 'local',
    routes: options.routes ?? routes,
    publisher,
    deadLetters,
    log: observer.log,
    metrics: observer.metrics,
  };
  const run = async (...payloads: unknown[]) => {
    const records = payloads.map((payload) => record(payload));
    const back = await listen(ports, records);
    return back.map((one) => records.indexOf(one));
  };
  /** received = the sum of all outcomes + what went on. */
  const isBalanced = () =>
    observer.count('Received') ===
    observer.count('Filtered') +
      observer.count('Failed') +
      observer.count('Collapsed') +
      observer.count('Forwarded');
  return { ...observer, ports, publisher, deadLetters, run, isBalanced };
}

test('of ten messages with one malformed, nine are published and one is dead-lettered with its reason', async () => {
  const bench = createBench();
  const good = Array.from({ length: 9 }, (_, n) =>
    eventBridgeEvent(change('ResourceUpdated', { resource: { typeId: 'customer', id: idOf(n) } })),
  );
  expect(await bench.run(...good, '{"secret":"jane@example.com"')).toEqual([]);
  expect(bench.publisher.entries).toHaveLength(9);
  expect(bench.deadLetters.copies).toMatchObject([{ reason: 'not-json', bytes: 28 }]);
  expect(JSON.stringify([bench.deadLetters.copies, bench.outcomes])).not.toContain('jane');
  expect(bench.isBalanced()).toBe(true);
});

test('an event contains ids only', async () => {
  const bench = createBench();
  await bench.run(
    change('ResourceUpdated', { oldVersion: 2, resourceUserProvidedIdentifiers: { key: 'jane' } }),
  );
  expect(bench.publisher.entries).toEqual([
    {
      typeId: 'commercetools.connect.customer.upsert',
      event: {
        projectKey: 'local',
        resource: { typeId: 'customer', id: someId },
        version: 3,
        kind: 'UPSERT',
        oldVersion: 2,
        modifiedAt: '2026-11-20T13:23:40.577Z',
        traceId: expect.stringMatching(/^message-/),
      },
    },
  ]);
});

test('notifications of one customer in a batch become one event, and a delete wins', async () => {
  const bench = createBench();
  await bench.run(
    change('ResourceUpdated', { version: 7 }),
    change('ResourceDeleted', { version: 7, dataErasure: true }),
    change('ResourceCreated', { version: 1 }),
  );
  expect(bench.publisher.entries).toMatchObject([
    {
      typeId: 'commercetools.connect.customer.delete',
      event: { version: 7, kind: 'DELETE', dataErasure: true },
    },
  ]);
  expect(bench.count('Collapsed')).toBe(2);
  expect(bench.isBalanced()).toBe(true);
});

test('an entry that the bus refuses retries every notification in it', async () => {
  const bench = createBench({ refuses: ['commercetools.connect.customer.delete'] });
  const other = change('ResourceUpdated', { resource: { typeId: 'customer', id: idOf(2) } });
  expect(await bench.run(change('ResourceUpdated'), other, change('ResourceDeleted'))).toEqual([0, 2]);
  expect(bench.count('Received')).toBe(1);
  expect(bench.isBalanced()).toBe(true);
});

test('a delete does not replace an update for a handler without deletes', async () => {
  const extra: Route = {
    typeId: 'x.update',
    resourceType: 'customer',
    inclusionFilter: ['ResourceUpdated'],
    kind: 'UPSERT',
    handler: 'other',
  };
  const bench = createBench({ routes: [...routes, extra] });
  await bench.run(change('ResourceUpdated'), change('ResourceDeleted'));
  expect(bench.publisher.entries.map(({ typeId }) => typeId).sort()).toEqual([
    'commercetools.connect.customer.delete',
    'x.update',
  ]);
});

test('a notification without a route is filtered, counted and never published', async () => {
  const bench = createBench();
  const test1 = change('ResourceCreated', { resource: { typeId: 'subscription', id: someId } });
  await bench.run(test1, change('ResourceUpdated', { projectKey: 'foreign' }));
  expect(bench.outcomeTexts()).toEqual(['filtered: test-notification', 'filtered: foreign-project']);
  expect(bench.publisher.entries).toEqual([]);
  expect(bench.deadLetters.copies).toEqual([]);
  expect(bench.isBalanced()).toBe(true);
});

test('bad input that cannot be dead-lettered is retried', async () => {
  const bench = createBench();
  bench.ports.deadLetters.send = () => Promise.reject(new Error('down'));
  expect(await bench.run('nonsense', change('ResourceUpdated'))).toEqual([0]);
  expect(bench.isBalanced()).toBe(true);
});
