import type { HandlerRequest } from '../../../../lambdas/core/runs/handler-request.ts';
import { readerOf } from '../models/commercetools.ts';
import { deadLettersOf } from '../models/dead-letters.ts';
import { publisherOf } from '../models/event-bus.ts';
import type { FifoQueue } from '../models/fifo-queue.ts';
import { fluentWriterOf } from '../models/fluent.ts';
import { handlerQueuesOf } from '../models/handler-queues.ts';
import type { Invocation } from '../models/invocation.ts';
import { LambdaFunction } from '../models/lambda-function.ts';
import { stateStoreOf } from '../models/state-table.ts';
import { workQueueOf } from '../models/work-queue.ts';
import { observerOf } from './observer.ts';
import { storesOf } from './stores.ts';
import { switchBoardOf } from './switch-board.ts';
import { PROJECT, type World } from './world.ts';

const HANDLER = 'customer';

/** The functions of the stack: each runs the real code over the models of one invocation. */
export function connectorFunctions(world: World): LambdaFunction[] {
  const { sim, code } = world;
  const listener = new LambdaFunction(
    sim,
    { name: 'listener', batchSize: 10, concurrency: 2, timeoutMs: 30_000, windowMs: 1_000 },
    world.ingest,
    (records, invocation) =>
      code.listen(
        {
          ...observerOf(sim, invocation, world.oracle.failures),
          projectKey: PROJECT,
          routes: code.routes,
          publisher: publisherOf(sim, world.routeQueue, invocation, {
            isDown: () => world.isDown('bus'),
            onEvent: (body) => world.oracle.checkText('bus event', body),
          }),
          deadLetters: deadLettersOf(sim, code, world.deadLetters['ingest-dlq'], invocation),
        },
        records,
      ),
  );
  const router = new LambdaFunction(
    sim,
    { name: 'router', batchSize: 10, concurrency: 2, timeoutMs: 30_000, windowMs: 0 },
    world.routeQueue,
    (records, invocation) =>
      code.route(
        {
          ...observerOf(sim, invocation, world.oracle.failures),
          routes: code.routes,
          queues: handlerQueuesOf(sim, code, world.handlerQueue, invocation),
          deadLetters: deadLettersOf(sim, code, world.deadLetters['route-dlq'], invocation),
        },
        records,
      ),
  );
  const queues = world.infrastructure.runsHaveOwnQueue
    ? [world.handlerQueue, world.runQueue]
    : [world.handlerQueue];
  return [listener, router, ...queues.map((queue) => handlerOf(world, queue))];
}

function handlerOf(world: World, queue: FifoQueue): LambdaFunction {
  const { sim, code } = world;
  return new LambdaFunction(
    sim,
    { name: 'handler', batchSize: 10, concurrency: 2, timeoutMs: 30_000, windowMs: 250 },
    queue,
    (records, invocation) =>
      code.processBatch(
        {
          definition: definitionOf(world, invocation),
          settings: world.settings,
          ports: handlerPorts(world, queue, invocation),
        },
        records,
      ),
  );
}

/** During a deployment, some environments run the old mapper and some the new one. */
function definitionOf(world: World, { environment }: Invocation) {
  const mapperVersion = world.hasTwoMappers ? 1 + (environment.number % 2) : world.mapperVersion;
  return mapperVersion === 1
    ? world.code.customerDefinition
    : { ...world.code.customerDefinition, mapperVersion };
}

function handlerPorts(world: World, queue: FifoQueue, invocation: Invocation) {
  const { sim, code } = world;
  const { deltaSeconds, commercetoolsTimeoutMs, fluentTimeoutMs } = world.delivery;
  return {
    ...observerOf(sim, invocation, world.oracle.failures),
    handlerId: HANDLER,
    projectKey: PROJECT,
    delivery: world.delivery,
    ...storesOf(world, invocation),
    switches: switchBoardOf(world, HANDLER, invocation),
    store: stateStoreOf(sim, code, {
      table: world.oracle.watched(world.table),
      invocation,
      isDown: () => world.isDown('table'),
    }),
    queue: workQueueOf(sim, queue, invocation),
    deadLetters: deadLettersOf(sim, code, world.deadLetters['handler-dlq'], invocation),
    services: {
      commercetools: readerOf({
        sim,
        code,
        source: world.source,
        invocation,
        timeoutMs: commercetoolsTimeoutMs,
        isDown: () => world.isDown('commercetools'),
      }),
      fluent: fluentWriterOf(sim, code, {
        fluent: world.fluent,
        invocation,
        timeoutMs: fluentTimeoutMs,
        deltaMs: deltaSeconds * 1_000,
        isDown: () => world.isDown('fluent'),
        lateBeyondDelta: world.infrastructure.lateBeyondDelta,
      }),
    },
    clock: () => invocation.now,
    random: () => sim.random.next(),
  };
}

/** A direct request, answered by the code of the handler. */
export function answerDirectly(
  world: World,
  request: HandlerRequest,
  invocation: Invocation,
): Promise<unknown> {
  const definition = definitionOf(world, invocation);
  const ports = handlerPorts(world, world.handlerQueue, invocation);
  return world.code.answerHandlerRequest({ definition, settings: world.settings, ports }, request);
}
