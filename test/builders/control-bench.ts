import { answer } from '../../lambdas/control/answer.ts';
import type {
  ControlAnswer,
  OperationInput,
  OperationName,
  OperationOutput,
} from '../../lambdas/control/api/control-api.ts';
import type { ControlPorts } from '../../lambdas/control/ports.ts';
import { careSettings } from '../../lambdas/core/base/care-settings.ts';
import type { HandlerSwitches } from '../../lambdas/core/base/live-settings.ts';
import type { MetricName } from '../../lambdas/core/base/ports/metrics.ts';
import { deliverySettings } from '../../lambdas/core/delivery/delivery-settings.ts';
import { type FailureItem, failureGroup } from '../../lambdas/core/delivery/failure.ts';
import type { SubscriptionFunction } from '../../lambdas/core/operations/ports/subscription-function.ts';
import type { SubscriptionAnswer } from '../../lambdas/core/operations/subscription-request.ts';
import { runSettings } from '../../lambdas/core/runs/run-settings.ts';
import { createMemoryLister } from '../fakes/memory-commercetools-lister.ts';
import { createMemoryFailureStore } from '../fakes/memory-failure-store.ts';
import { createMemoryFlowRules } from '../fakes/memory-flow-rules.ts';
import { createMemoryHandlerFunctions, type MemoryAnswers } from '../fakes/memory-handler-functions.ts';
import { createMemoryIntakeSwitches } from '../fakes/memory-intake-switches.ts';
import { createMemoryPendingStore } from '../fakes/memory-pending-store.ts';
import { createMemoryQueueAdmin } from '../fakes/memory-queue-admin.ts';
import { createMemoryHandlerQueues } from '../fakes/memory-queues.ts';
import { createMemoryReceiptStore } from '../fakes/memory-receipt-store.ts';
import { createMemoryRunStore } from '../fakes/memory-run-store.ts';
import { createMemorySettingsStore } from '../fakes/memory-settings-store.ts';
import { createMemoryStateStore } from '../fakes/memory-state-store.ts';
import { createMemoryTicks } from '../fakes/memory-ticks.ts';
import { idOf } from './notification.ts';
import { createObserver } from './observer.ts';

/** Answers of the subscription function for a healthy subscription. */
const subscribed: { [R in 'show' | 'create' | 'delete' | 'health']: SubscriptionAnswer<R> } = {
  show: {
    exists: true,
    key: 'connector',
    resourceTypes: ['customer'],
    source: 'aws.partner/x',
    sourceState: 'ACTIVE',
  },
  create: { done: true },
  delete: { done: true },
  health: { status: 'Healthy' },
};

/** The operations of the control function on adapters in memory, with a clock that only tests move. */
export function createControlBench(over: Partial<ControlPorts> = {}) {
  const time = { now: Date.parse('2026-11-20T12:00:00Z') };
  const clock = (): number => time.now;
  const delivery = deliverySettings.parse({});
  const observer = createObserver();
  const customers = new Map<string, object>();
  const metrics: { sums: Partial<Record<MetricName, number>> | undefined; busiest: number | undefined } = {
    sums: undefined,
    busiest: undefined,
  };
  const ages: { oldest: Readonly<Record<string, number>> | undefined } = { oldest: undefined };
  const inspected = new Map<string, object>();
  const answers: MemoryAnswers = {
    inspect: ({ resources }) => ({
      resources: resources.map(({ id }) => ({
        ...{ id, class: 'unknown' as const, isInOms: false, fields: [] },
        ...inspected.get(id),
      })),
    }),
    probe: () => ({ isUp: true, latencyMs: 12 }),
    'look-up-ref': () => ({ isKnown: true }),
  };
  const subscription: SubscriptionFunction = { ask: async (request) => subscribed[request] };
  let draws = 0;
  const queueAdmin = createMemoryQueueAdmin(['ingest', 'route', 'handler/customer', 'runs']);
  const parts = {
    stage: 'test',
    projectKey: 'local',
    handlers: {
      customer: {
        resourceType: 'customer',
        upsertTypeId: 'commercetools.connect.customer.upsert',
        queueUrl: 'https://queue',
        deadLettersUrl: 'https://dead-letters',
        functionName: 'customer',
        mappingId: 'mapping',
        maxConcurrency: 10,
        expand: [],
        runHooks: [],
      },
    },
    subscriptionKey: 'connector',
    delivery,
    runSettings: runSettings.parse({}),
    care: careSettings.parse({}),
    runs: createMemoryRunStore(clock),
    ticks: createMemoryTicks(),
    failures: createMemoryFailureStore(),
    pending: createMemoryPendingStore(clock),
    receipts: createMemoryReceiptStore(),
    store: createMemoryStateStore(clock, delivery.tombstoneSeconds),
    settings: createMemorySettingsStore(),
    switches: createMemoryIntakeSwitches(['customer']),
    rules: createMemoryFlowRules({}),
    queueAdmin,
    ages: { oldest: async () => ages.oldest },
    copies: queueAdmin.copies,
    queues: createMemoryHandlerQueues(),
    lister: createMemoryLister(customers),
    handlerFunctions: createMemoryHandlerFunctions(answers),
    subscription,
    rates: { sums: async () => metrics.sums, busiestMinute: async () => metrics.busiest },
    clock,
    random: () => {
      draws = (draws + 7) % 97;
      return draws / 97;
    },
    sleep: async () => undefined,
    log: observer.log,
  };
  const ports: ControlPorts = { ...parts, ...over };
  const scope = { handlerId: 'customer', projectKey: 'local' };
  const keyOf = (n: number) => ({ ...scope, resourceType: 'customer', id: idOf(n) });

  async function ask<N extends OperationName>(
    operation: N,
    input: OperationInput<N>,
    caller = 'jo',
  ): Promise<ControlAnswer> {
    return answer(ports, { operation, input, caller });
  }

  return {
    ...observer,
    ...parts,
    ports,
    time,
    customers,
    measured: metrics,
    measuredAges: ages,
    inspected,
    keyOf,
    scope,
    ask,
    /** Answers the output; a refusal fails the test. */
    async done<N extends OperationName>(operation: N, input: OperationInput<N>): Promise<OperationOutput<N>> {
      const given = await ask(operation, input);
      if (!given.ok) throw new Error(`${operation} was refused: ${JSON.stringify(given.error)}`);
      return given.output as OperationOutput<N>;
    },
    /** `kind CODE` of the refusal. */
    async refusal<N extends OperationName>(operation: N, input: OperationInput<N>): Promise<string> {
      const given = await ask(operation, input);
      return given.ok ? 'done' : `${given.error.kind} ${given.error.code}`;
    },
    /** Customers that commercetools has. */
    have(...numbers: readonly number[]): void {
      for (const n of numbers) {
        customers.set(idOf(n), {
          id: idOf(n),
          version: 1,
          email: `customer-${n}@example.com`,
          key: `key-${n}`,
          lastModifiedAt: '2026-11-20T11:00:00.000Z',
        });
      }
    },
    async switchTo(change: Partial<HandlerSwitches>): Promise<void> {
      const setting = ports.settings.handler('customer');
      const { value, revision } = await setting.read();
      await setting.write({ ...value, ...change }, revision);
    },
    /** Stores a failure of this customer, as a handler does. */
    async fail(n: number, code = 'INVALID:email', over: Partial<FailureItem> = {}): Promise<void> {
      await ports.store.markFailed(keyOf(n), { version: 3, code });
      await ports.failures.add(keyOf(n), {
        ...{ group: failureGroup(code), code, version: 3, kind: 'UPSERT', traceId: `trace-${n}` },
        lastSeen: time.now + n,
        ...over,
      });
      const copy = { version: 3, kind: 'UPSERT' as const, ...over };
      parts.queueAdmin.put('handler/customer/dead-letters', { ...copy, id: idOf(n) });
    },
  };
}
