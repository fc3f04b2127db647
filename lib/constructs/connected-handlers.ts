import { Fn, type Stack } from 'aws-cdk-lib';
import type { PackedHandlers, PackedQueues } from '../../lambdas/core/runs/connected-handler.ts';
import type { Route } from '../../lambdas/routes.ts';
import { expansionsOf, handlerConfigOf, type StageConfig } from '../config/stage-config.ts';
import { grantRemoveCopies } from './dead-letter-queue.ts';
import type { FunctionGrants } from './function-grants.ts';
import type { Handler } from './handler-lambda.ts';
import type { MessageQueue } from './message-queue.ts';

/** The handlers as the operations functions (run feeder, caretaker, control) know them: their addresses, and grants on them. */
export class ConnectedHandlers {
  readonly #handlers: readonly Handler[];
  readonly #routes: readonly Route[];
  readonly #config: StageConfig;

  constructor(handlers: readonly Handler[], routes: readonly Route[], config: StageConfig) {
    this.#handlers = handlers;
    this.#routes = routes;
    this.#config = config;
  }

  /** Value of the variable HANDLERS, which core/runs/connected-handler.ts parses. */
  json(scope: Stack): string {
    const [first] = this.#handlers;
    if (first === undefined) throw new Error('The route table names no handler.');
    const packed: PackedHandlers = {
      url: urlPrefix(first.queue),
      handlers: Object.fromEntries(this.#handlers.map((handler) => [handler.handler, this.#packed(handler)])),
    };
    return scope.toJsonString(packed);
  }

  /** May invoke a handler directly: to compare, inspect, probe, and call hooks. */
  grantInvoke(to: FunctionGrants): void {
    for (const { function: handler } of this.#handlers) handler.grantInvoke(to);
  }

  grantSend(to: FunctionGrants): void {
    for (const { queue } of this.#handlers) queue.grantSend(to);
  }

  grantReadDepth(to: FunctionGrants): void {
    for (const { queue } of this.#handlers) queue.grantReadDepth(to);
  }

  grantQueueAdmin(to: FunctionGrants): void {
    for (const { queue } of this.#handlers) {
      queue.grantQueueAdmin(to);
      // To make the dead letters that it received but keeps visible again.
      to.allow(['sqs:ChangeMessageVisibility'], queue.deadLetters.queueArn);
    }
  }

  /** May remove the copies of retried or erased customers from the dead-letter queues. */
  grantRemoveCopies(to: FunctionGrants): void {
    for (const { queue } of this.#handlers) grantRemoveCopies(to, queue.deadLetters);
  }

  /** May disable and enable consuming. */
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

/** Value of the variable QUEUES, which core/runs/connected-handler.ts parses. */
export function queuesJson(scope: Stack, queues: Readonly<Record<string, MessageQueue>>): string {
  const [first] = Object.values(queues);
  if (first === undefined) throw new Error('Name one queue at least.');
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

/** A queue's URL without its name: `https://sqs.<region>.amazonaws.com/<account>/` on AWS. */
function urlPrefix({ queue }: MessageQueue): string {
  const parts = Fn.split('/', queue.queueUrl, 5);
  return [...parts.slice(0, 4), ''].join('/');
}
