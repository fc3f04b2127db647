import type { ControlAnswer } from '../../../../lambdas/control/api/control-api.ts';
import type { ControlPorts } from '../../../../lambdas/control/ports.ts';
import type { QueueAdmin } from '../../../../lambdas/core/operations/ports/queue-admin.ts';
import type { SubscriptionFunction } from '../../../../lambdas/core/operations/ports/subscription-function.ts';
import type { QueueRecord } from '../../../../lambdas/runtime/lambda/queue-record.ts';
import { Violation } from '../kernel/violation.ts';
import { switchesOf } from '../models/aws-switches.ts';
import { deadLetterCopiesOf } from '../models/dead-letter-copies.ts';
import { handlerFunctionsOf } from '../models/handler-functions.ts';
import { handlerQueuesOf } from '../models/handler-queues.ts';
import type { Invocation } from '../models/invocation.ts';
import { LambdaFunction } from '../models/lambda-function.ts';
import { listerOf } from '../models/lister.ts';
import { stateStoreOf } from '../models/state-table.ts';
import { sweepCandidatesOf } from '../models/sweep-candidates.ts';
import { tableCallsOf } from '../models/table-calls.ts';
import { ticksOf } from '../models/ticks.ts';
import { type Beside, connectedHandler, HANDLER_ID } from './beside.ts';
import { answerDirectly } from './functions.ts';
import { observerOf } from './observer.ts';
import { storesOf } from './stores.ts';
import { PROJECT, type World } from './world.ts';

/** Shared parts of the control plane functions, as one invocation sees them. */
function sharedPorts(world: World, beside: Beside, invocation: Invocation) {
  const { sim, code } = world;
  const isTableDown = () => world.isDown('table');
  return {
    ...observerOf(sim, invocation, world.oracle.failures),
    projectKey: PROJECT,
    handlers: { [HANDLER_ID]: connectedHandler },
    delivery: world.delivery,
    runSettings: beside.runSettings,
    care: beside.care,
    ...storesOf(world, invocation),
    store: stateStoreOf(sim, code, {
      table: world.oracle.watched(world.table),
      invocation,
      isDown: isTableDown,
    }),
    switches: switchesOf(sim, code, {
      switches: beside.switches,
      invocation,
      ingest: (body) => world.receive(body),
    }),
    ticks: ticksOf(sim, code, beside.ticks, invocation),
    queues: handlerQueuesOf(sim, code, { send: (...message) => world.sendDirectly(...message) }, invocation),
    lister: listerOf({
      sim,
      code,
      source: world.source,
      invocation,
      timeoutMs: world.delivery.commercetoolsTimeoutMs,
      isDown: () => world.isDown('commercetools'),
    }),
    copies: deadLetterCopiesOf(sim, code, { places: world.deadLetterPlaces(), invocation }),
    sharedQueues: ['ingest'],
    handlerFunctions: handlerFunctionsOf(sim, code, {
      invocation,
      host: world.handlerHost,
      answer: (request, inner) => answerDirectly(world, request, inner),
    }),
    candidates: sweepCandidatesOf(
      tableCallsOf(sim, code, { invocation, isDown: isTableDown, name: 'SCAN' }),
      world.table,
    ),
    subscription: subscriptionOf(world, beside, invocation),
    clock: () => invocation.now,
    random: () => sim.random.next(),
  };
}

/** The delivery health that commercetools reports; it lags behind the start and the end of an interruption. */
function subscriptionOf(world: World, beside: Beside, invocation: Invocation): SubscriptionFunction {
  const { faults, random, kernel } = world.sim;
  return {
    ask: (request) => {
      const fault = faults.draw('ask');
      const after = random.integer(50, 800);
      const error = fault
        ? new world.code.ConnectorError(
            { failureClass: 'retry', code: 'SUBSCRIPTION_UNREACHABLE' },
            'No answer.',
          )
        : undefined;
      const noticesLate = random.integer(0, 240_000);
      return invocation.call(
        `subscription ${request}`,
        { effectAfter: after, answerAfter: after, error },
        () => {
          const { from, to } = beside.undelivered ?? { from: Number.POSITIVE_INFINITY, to: 0 };
          const isUnhealthy = kernel.now >= from + noticesLate && kernel.now < to;
          return { status: isUnhealthy ? 'Unhealthy' : 'Healthy' } as never;
        },
      );
    },
  };
}

/** One pass of the caretaker. */
export function careOf(world: World, beside: Beside, invocation: Invocation): Promise<void> {
  const ports = sharedPorts(world, beside, invocation);
  return world.code.caretakerPass({ ...ports, startRun: (request) => world.code.startRun(ports, request) });
}

/** One command of an operator. */
export function controlOf(
  world: World,
  beside: Beside,
  invocation: Invocation,
  request: { operation: string; input: unknown },
): Promise<ControlAnswer> {
  const ports = sharedPorts(world, beside, invocation);
  const control: ControlPorts = {
    ...ports,
    stage: 'simulated',
    subscriptionKey: 'simulated',
    rules: { arns: {}, queuesOf: refuse },
    queueAdmin: noQueueAdmin,
    ages: { oldest: async () => undefined },
    rates: { sums: async () => undefined, busiestMinute: async () => undefined },
    sleep: (ms) => new Promise((resolve) => world.kernel.after(ms, resolve)),
  };
  return world.code.answer(control, { ...request, caller: 'operator' });
}

const refuse = (): never => {
  throw new Error('This operation on queues is not simulated.');
};
const noQueueAdmin: ControlPorts['queueAdmin'] = {
  names: () => [],
  state: refuse,
  redrive: refuse,
  purge: refuse,
};

/** The feeder behind its queue. */
export function feederOf(world: World, beside: Beside): LambdaFunction {
  const options = { name: 'feeder', batchSize: 1, concurrency: 2, timeoutMs: 60_000, windowMs: 0 } as const;
  return new LambdaFunction(world.sim, options, beside.ticks, async (records, invocation) => {
    invocation.isAnswering = true;
    const back: QueueRecord[] = [];
    for (const record of records) if (!(await feedOne(world, beside, invocation, record))) back.push(record);
    return back;
  });
}

/** Like the handler of the real function: a message that fails is delivered again. */
async function feedOne(
  world: World,
  beside: Beside,
  invocation: Invocation,
  { body, receives }: QueueRecord,
): Promise<boolean> {
  const { sim, code } = world;
  const tick = code.readTick(body);
  if (!tick) throw new Error('not a valid tick');
  const ports = {
    ...sharedPorts(world, beside, invocation),
    absentAfterSeconds: world.delivery.absentAfterSeconds,
    queueAdmin: { ...noQueueAdmin, state: depthOf(world, invocation) },
  };
  try {
    await code.feed(ports, { tick, receives });
    return true;
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    sim.reach.hit(`feeder: a tick is retried, ${name}`);
    if (name !== 'ConnectorError') sim.violate(new Violation('BUG', `the feeder threw ${name}`));
    return false;
  }
}

/** The size of the handler queue: SQS reports it approximately and with a delay. */
function depthOf(world: World, invocation: Invocation): QueueAdmin['state'] {
  const { sim, code } = world;
  return (name) => {
    const fault = sim.faults.draw('depth');
    const after = sim.random.integer(5, 40);
    const error =
      fault === 'unreachable'
        ? new code.ConnectorError({ failureClass: 'retry', code: 'QUEUE_UNREACHABLE' }, 'No answer.')
        : undefined;
    return invocation.call('queue-depth', { effectAfter: after, answerAfter: after, error }, () => {
      const ready = fault === 'old' ? 0 : world.handlerQueue.size;
      return { name, ready, inFlight: 0, delayed: 0, isDeadLetters: false };
    });
  };
}
