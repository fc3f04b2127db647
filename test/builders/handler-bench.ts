import { createMemoryCommercetools } from '../../lambdas/adapters/memory/memory-commercetools-reader.ts';
import { createMemoryFluent } from '../../lambdas/adapters/memory/memory-fluent-writer.ts';
import {
  createMemoryDeadLetters,
  createMemoryWorkQueue,
} from '../../lambdas/adapters/memory/memory-queues.ts';
import { createMemoryStateStore } from '../../lambdas/adapters/memory/memory-state-store.ts';
import { deliverySettings } from '../../lambdas/core/delivery-settings.ts';
import { customerDefinition } from '../../lambdas/handlers/customer/definition.ts';
import { customerSettings } from '../../lambdas/handlers/customer/settings.ts';
import type { QueueRecord } from '../../lambdas/runtime/fifo-batch.ts';
import { processBatch } from '../../lambdas/runtime/resource-batch.ts';
import { createObserver } from './observer.ts';

/** The real customer handler over adapters in memory, with a clock that stands. */
export function createHandlerBench(settings: Record<string, unknown> = {}) {
  const time = { now: Date.parse('2026-11-20T12:00:00Z') };
  const clock = () => time.now;
  const delivery = deliverySettings.parse({});
  const commercetools = createMemoryCommercetools();
  const fluent = createMemoryFluent();
  const store = createMemoryStateStore(clock, delivery.tombstoneSeconds);
  const queue = createMemoryWorkQueue();
  const deadLetters = createMemoryDeadLetters();
  const observer = createObserver();
  const services = { commercetools, fluent };
  const ports = {
    handlerId: 'customer',
    projectKey: 'local',
    delivery,
    store,
    queue,
    deadLetters,
    services,
    clock,
    random: () => 0.5,
    log: observer.log,
    metrics: observer.metrics,
  };
  const parsed = customerSettings.parse({ retailerId: '1', ...settings });
  return {
    ...observer,
    ports,
    time,
    commercetools,
    fluent,
    store,
    queue,
    deadLetters,
    /** Message ids that come back. */
    run: async (...records: QueueRecord[]) =>
      (await processBatch(customerDefinition, parsed, ports, records)).map(({ messageId }) => messageId),
    row: () => [...store.rows().values()][0],
    fluentCalls: () => fluent.calls.map(({ call }) => call),
  };
}
