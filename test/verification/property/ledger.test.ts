import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectorError, type FailureClass } from '../../../lambdas/core/base/errors.ts';
import { outcomes } from '../../../lambdas/core/base/outcome.ts';
import type { MetricName } from '../../../lambdas/core/base/ports/metrics.ts';
import { listen } from '../../../lambdas/queue-listener/listen.ts';
import { route } from '../../../lambdas/router/route.ts';
import { type Route, routes } from '../../../lambdas/routes.ts';
import type { QueueRecord } from '../../../lambdas/runtime/lambda/queue-record.ts';
import { groupRecords } from '../../../lambdas/runtime/resource/group-records.ts';
import { bareCustomer } from '../../builders/customer.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { createObserver } from '../../builders/observer.ts';
import { customerIds, draws, failing, handlerBatch, ingestBatch, routeBatch } from './arbitrary-batches.ts';
import { type Call, fluentCalls, storeCalls, wrap } from './ports.ts';
import { holds } from './seeds.ts';

const ends = outcomes.map((name) => `${name[0]?.toUpperCase()}${name.slice(1)}` as MetricName);

/** Accepts or refuses as drawn, and records what it refused. */
function createPort<Entry>(isRefused: () => boolean) {
  const taken: Entry[] = [];
  const refused: Entry[] = [];
  const take = async (entries: readonly Entry[]) => {
    const positions = new Set<number>();
    for (const [index, entry] of entries.entries()) {
      const refuses = isRefused();
      (refuses ? refused : taken).push(entry);
      if (refuses) positions.add(index);
    }
    return positions;
  };
  return { taken, refused, take };
}

function createDeadLetters(isDown: () => boolean) {
  const kept = new Set<string>();
  return {
    kept,
    async send({ messageId }: { messageId: string }) {
      if (isDown()) throw new ConnectorError({ failureClass: 'retry', code: 'DLQ_DOWN' }, 'down');
      kept.add(messageId);
    },
  };
}

const idIn = ({ body }: QueueRecord) => customerIds.find((id) => body.includes(id));

describe('with any input and any fault, the listener', () => {
  function createListener(stream: Iterator<number>) {
    const observer = createObserver();
    const publisher = createPort<{ event: { resource: { id: string } } }>(failing(stream, 3));
    const deadLetters = createDeadLetters(failing(stream, 3));
    const ports = {
      ...observer,
      projectKey: 'local',
      routes,
      publisher: { publish: publisher.take },
      deadLetters,
    };
    return { ...observer, publisher, deadLetters, run: (records: QueueRecord[]) => listen(ports, records) };
  }

  test('receives as many records as it finishes, forwards or retries', () =>
    holds(
      fc.asyncProperty(ingestBatch, draws, async (records, stream) => {
        const { run, count } = createListener(stream);
        const back = await run(records);
        expect(count('Received')).toBe(
          count('Filtered') + count('Failed') + count('Collapsed') + count('Forwarded'),
        );
        expect(count('Received') + back.length).toBe(records.length);
        expect(count('Retried')).toBe(back.length);
      }),
      { runs: 450 },
    ));

  test('retries every record of a customer whose entry was refused, and no other valid record', () =>
    holds(
      fc.asyncProperty(ingestBatch, draws, async (records, stream) => {
        const { run, publisher, outcomes } = createListener(stream);
        const back = new Set(await run(records));
        const refused = new Set(publisher.refused.map(({ event }) => event.resource.id));
        const ended = new Set(outcomes.map(({ traceId }) => traceId));
        for (const one of records) {
          const id = idIn(one);
          if (id === undefined || ended.has(one.messageId)) continue;
          expect(back.has(one), one.body).toBe(refused.has(id));
        }
      }),
      { runs: 300 },
    ));
});

describe('with any input and any fault, the router', () => {
  const manyRoutes: readonly Route[] = [...routes, ...routes.map((known) => ({ ...known, handler: 'mail' }))];

  function createRouter(stream: Iterator<number>, table: readonly Route[]) {
    const observer = createObserver();
    const queues = createPort<{ record: QueueRecord }>(failing(stream, 3));
    const deadLetters = createDeadLetters(failing(stream, 3));
    const ports = { ...observer, routes: table, queues: { send: queues.take as never }, deadLetters };
    return { ...observer, queues, run: (records: QueueRecord[]) => route(ports, records) };
  }

  test('receives as many records as it finishes, forwards or retries', () =>
    holds(
      fc.asyncProperty(routeBatch, draws, async (records, stream) => {
        const { run, count } = createRouter(stream, routes);
        const back = await run(records);
        expect(count('Received')).toBe(count('Filtered') + count('Failed') + count('Forwarded'));
        expect(count('Received') + back.length).toBe(records.length);
        expect(count('Retried')).toBe(back.length);
      }),
      { runs: 450 },
    ));

  test('finishes a record only when every handler has it', () =>
    holds(
      fc.asyncProperty(routeBatch, draws, async (records, stream) => {
        const { run, queues } = createRouter(stream, manyRoutes);
        const back = new Set(await run(records));
        for (const { record } of queues.refused) expect(back.has(record)).toBe(true);
        const refused = new Set(queues.refused.map(({ record }) => record));
        for (const { record } of queues.taken) expect(back.has(record)).toBe(refused.has(record));
      }),
      { runs: 300 },
    ));
});

describe('with any input and any fault, the customer handler', () => {
  const failureClasses: readonly FailureClass[] = ['retry', 'ambiguous', 'permanent', 'configuration'];

  /** Every port fails now and then, before or after its effect, with any failure class or an unexpected error. */
  function createUnsteady(stream: Iterator<number>) {
    const bench = createHandlerBench({ onDelete: 'anonymise' });
    const isDown = failing(stream, 1);
    const unsteady =
      (call: Call): Call =>
      async (...args) => {
        if (isDown()) throw failure(stream);
        const answer = await call(...args);
        if (isDown()) throw failure(stream);
        return answer;
      };
    const { store, services, deadLetters } = bench.ports;
    wrap(services.commercetools, ['customersById'], unsteady);
    wrap(services.fluent, fluentCalls, unsteady);
    wrap(store, storeCalls, unsteady);
    wrap(deadLetters, ['send'], unsteady);
    for (const [index, id] of customerIds.entries())
      if (index < 2) bench.commercetools.customers.set(id, bareCustomer({ id, version: index + 2 }));
    return bench;
  }

  function failure(stream: Iterator<number>): Error {
    const failureClass = failureClasses[stream.next().value ?? 0];
    return failureClass ? new ConnectorError({ failureClass, code: 'DRAWN' }, 'drawn') : new TypeError('bug');
  }

  test('gives every record one outcome, or retries it', () =>
    holds(
      fc.asyncProperty(handlerBatch, draws, async (records, stream) => {
        const bench = createUnsteady(stream);
        const back = await bench.run(...records);
        const ended = ends.reduce((sum, name) => sum + bench.count(name), 0);
        expect(ended).toBe(bench.outcomes.length);
        expect(ended + back.length).toBe(records.length);
        expect(new Set(back).size).toBe(back.length);
        expect(bench.count('Retried')).toBe(back.length);
      }),
      { runs: 450 },
    ));

  test('gives all records of a customer the same outcome', () =>
    holds(
      fc.asyncProperty(handlerBatch, draws, async (records, stream) => {
        const back = new Set(await createUnsteady(stream).run(...records));
        for (const group of groupRecords(records, () => true).groups) {
          const isOurs = group.work.event.resource.typeId === 'customer';
          const fates = new Set(group.records.map(({ messageId }) => back.has(messageId)));
          if (isOurs) expect(fates.size).toBe(1);
        }
      }),
      { runs: 300 },
    ));
});
