import { Fn, type Stack } from 'aws-cdk-lib';
import type { PackedHandlers, PackedQueues } from '../../lambdas/core/runs/connected-handler.ts';
import type { Route } from '../../lambdas/routes.ts';
import { expansionsOf, handlerConfigOf, type StageConfig } from '../config/stage-config.ts';
import type { FunctionGrants } from './connector-function.ts';
import { allowRemoveCopies } from './dead-letter-queue.ts';
import type { Handler } from './handler-lambda.ts';
import type { MessageQueue } from './message-queue.ts';

/** The handlers as the functions beside the flow know them: where each is, and what may be done to it. */
export class ConnectedHandlers {
  readonly #handlers: readonly Handler[];
  readonly #routes: readonly Route[];
  readonly #config: StageConfig;

  constructor(handlers: readonly Handler[], routes: readonly Route[], config: StageConfig) {
    this.#handlers = handlers;
    this.#routes = routes;
    this.#config = config;
  }

  /** Variable HANDLERS of a function: core/connected-handler.ts. */
  json(scope: Stack): string {
    const [first] = this.#handlers;
    if (first === undefined) throw new Error('A connector without a handler connects nothing.');
    const packed: PackedHandlers = {
      url: urlPrefix(first.queue),
      handlers: Object.fromEntries(this.#handlers.map((handler) => [handler.handler, this.#packed(handler)])),
    };
    return scope.toJsonString(packed);
  }

  /** May ask a handler directly: compare, look, probe, tell. */
  grantAsk(to: FunctionGrants): void {
    for (const { function: handler } of this.#handlers) handler.grantInvoke(to);
  }

  /** May put work into the handlers' queues. */
  grantSend(to: FunctionGrants): void {
    for (const { queue } of this.#handlers) queue.grantSend(to);
  }

  /** May see how many messages wait for a handler. */
  grantDepth(to: FunctionGrants): void {
    for (const { queue } of this.#handlers) queue.grantDepth(to);
  }

  /** May see, empty and refill the queues of handlers, and take copies out. */
  grantQueueAdmin(to: FunctionGrants): void {
    for (const { queue } of this.#handlers) {
      queue.grantQueueAdmin(to);
      queue.grantPutBack(to);
    }
  }

  /** May take copies of customers that are tried again, or were erased, out of the dead-letter queues. */
  grantRemoveCopies(to: FunctionGrants): void {
    for (const { queue } of this.#handlers) allowRemoveCopies(to, queue.deadLetters);
  }

  /** May stop and start what the handlers take from their queues. */
  grantSwitch(to: FunctionGrants): void {
    for (const { mapping } of this.#handlers) {
      to.allow(
        ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
        mapping.eventSourceMappingArn,
      );
    }
  }

  #packed({ handler, queue, function: fn, mapping }: Handler): PackedHandlers['handlers'][string] {
    const routes = this.#routes.filter((route) => route.handler === handler);
    const [first] = routes;
    if (first === undefined) throw new Error(`No route leads to the handler "${handler}".`);
    return [
      first.resourceType,
      (routes.find(({ kind }) => kind === 'UPSERT') ?? first).typeId,
      queue.queue.queueName,
      queue.deadLetters.queueName,
      fn.function.functionName,
      mapping.eventSourceMappingId,
      handlerConfigOf(this.#config, handler).maxConcurrency,
      expansionsOf(this.#config, handler),
      [...new Set(routes.flatMap(({ runHooks = [] }) => runHooks))],
    ];
  }
}

/** Variable QUEUES of a function: core/connected-handler.ts. */
export function queuesJson(scope: Stack, queues: Readonly<Record<string, MessageQueue>>): string {
  const [first] = Object.values(queues);
  if (first === undefined) throw new Error('There is no queue to name.');
  const packed: PackedQueues = {
    url: urlPrefix(first),
    arn: `arn:${scope.partition}:sqs:${scope.region}:${scope.account}:`,
    queues: Object.fromEntries(
      Object.entries(queues).map(([name, { queue, deadLetters }]) => [
        name,
        [queue.queueName, deadLetters.queueName],
      ]),
    ),
  };
  return scope.toJsonString(packed);
}

/** A queue's URL without its name: `https://sqs.<region>.amazonaws.com/<account>/`, or what stands for it elsewhere. */
function urlPrefix({ queue }: MessageQueue): string {
  const parts = Fn.split('/', queue.queueUrl, 5);
  return [...parts.slice(0, 4), ''].join('/');
}
