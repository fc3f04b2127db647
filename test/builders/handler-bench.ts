import { careSettings } from '../../lambdas/core/base/care-settings.ts';
import type { HandlerSwitches } from '../../lambdas/core/base/live-settings.ts';
import { deliverySettings } from '../../lambdas/core/delivery/delivery-settings.ts';
import { customerDefinition } from '../../lambdas/handlers/customer/definition.ts';
import { customerSettings } from '../../lambdas/handlers/customer/settings.ts';
import type { QueueRecord } from '../../lambdas/runtime/lambda/queue-record.ts';
import { processBatch } from '../../lambdas/runtime/resource/process-batch.ts';
import { answerHandlerRequest } from '../../lambdas/runtime/resource/requests/handler-requests.ts';
import type { ResourcePorts } from '../../lambdas/runtime/resource/resource-ports.ts';
import { createSwitchBoard } from '../../lambdas/runtime/resource/switches/handler-switches.ts';
import { createMemoryCommercetools } from '../fakes/memory-commercetools-reader.ts';
import { createMemoryErasedStore } from '../fakes/memory-erased-store.ts';
import { createMemoryFailureStore } from '../fakes/memory-failure-store.ts';
import { createMemoryFluent } from '../fakes/memory-fluent-writer.ts';
import { createMemoryPendingStore } from '../fakes/memory-pending-store.ts';
import { createMemoryDeadLetters, createMemoryWorkQueue } from '../fakes/memory-queues.ts';
import { createMemoryReceiptStore } from '../fakes/memory-receipt-store.ts';
import { createMemorySettingsStore } from '../fakes/memory-settings-store.ts';
import { createMemoryStateStore } from '../fakes/memory-state-store.ts';
import { createObserver } from './observer.ts';

/** The real customer handler over adapters in memory, with a clock that only a test moves. */
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
  const failures = createMemoryFailureStore();
  const pending = createMemoryPendingStore(clock);
  const receipts = createMemoryReceiptStore();
  const erased = createMemoryErasedStore(clock);
  const liveSettings = createMemorySettingsStore();
  const care = careSettings.parse({});
  const entries: { runId: string; page: number; ends: object }[] = [];
  const runs: ResourcePorts['runs'] = {
    recordEntries: async (runId, page, ends) => void entries.push({ runId, page, ends }),
  };
  const switches = createSwitchBoard({
    ...observer,
    handlerId: 'customer',
    setting: liveSettings.handler('customer'),
    care,
    clock,
  });
  const services = { commercetools, fluent };
  const ports = {
    handlerId: 'customer',
    projectKey: 'local',
    delivery,
    store,
    failures,
    pending,
    receipts,
    erased,
    runs,
    switches,
    queue,
    deadLetters,
    services,
    clock,
    random: () => 0.5,
    log: observer.log,
    metrics: observer.metrics,
  };
  const parsed = customerSettings.parse({ retailerId: '1', ...settings });
  const handler = { definition: customerDefinition, settings: parsed, ports };
  return {
    ...observer,
    ports,
    time,
    commercetools,
    fluent,
    store,
    failures,
    pending,
    receipts,
    erased,
    liveSettings,
    /** Ends of run entries, as they were recorded. */
    entries,
    queue,
    deadLetters,
    /** Writes live settings, and lets the environment's memory of them run out. */
    async switchTo(over: Partial<HandlerSwitches>) {
      const setting = liveSettings.handler('customer');
      const { value, revision } = await setting.read();
      await setting.write({ ...value, ...over }, revision);
      time.now += care.switchSeconds * 1_000;
    },
    ask: (request: unknown) => answerHandlerRequest(handler, request),
    /** Returns the ids of the messages that are retried. */
    run: async (...records: QueueRecord[]) =>
      (await processBatch(handler, records)).map(({ messageId }) => messageId),
    row: () => [...store.rows().values()][0],
    fluentCalls: () => fluent.calls.map(({ call }) => call),
  };
}
