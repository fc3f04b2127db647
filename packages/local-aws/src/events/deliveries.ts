import type { Gateway, MetricStore } from '../contract.ts';
import { randomSequence } from '../gateway/random.ts';
import type { BusEvent } from './bus-event.ts';
import { type DeliveringRule, type Delivery, sendDeadLetter } from './dead-letter.ts';
import { type DeliveryFailure, failureOf } from './failure.ts';
import { QueueBatches } from './queue-batches.ts';
import { callerOf, type Target } from './target.ts';

/** Waits between attempts in milliseconds: doubling, with jitter. AWS spreads its attempts over 24 hours. */
const firstWait = 50;
const longestWait = 5_000;

/** Delivers matched events to their targets, with retries, dead letters and metrics. */
export class Deliveries {
  readonly #gateway: Gateway;
  readonly #metrics: MetricStore;
  readonly #queues: QueueBatches;
  readonly #random: () => number;
  readonly #waiting = new Set<NodeJS.Timeout>();
  #pending = 0;

  constructor(gateway: Gateway, metrics: MetricStore, seed: number) {
    this.#gateway = gateway;
    this.#metrics = metrics;
    this.#queues = new QueueBatches(gateway);
    this.#random = randomSequence(seed, 'event deliveries');
  }

  /** Number of deliveries that still run or wait for a retry. */
  get pending(): number {
    return this.#pending;
  }

  deliver(rule: DeliveringRule, target: Target, event: BusEvent): void {
    this.#pending += 1;
    void this.#attempt({ rule, target, event, startedAt: Date.now(), retries: 0 });
  }

  stop(): void {
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }

  async #attempt(delivery: Delivery): Promise<void> {
    try {
      await this.#send(delivery);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.retryable && this.#mayRetry(delivery)) return this.#retryLater(delivery);
      await this.#giveUp(delivery, failure);
    }
    this.#count(delivery.rule, 'Invocations');
    this.#pending -= 1;
  }

  #send({ rule, target, event }: Delivery): Promise<unknown> {
    const caller = callerOf(target, rule.arn);
    const body = target.input(event, rule);
    if (target.kind === 'queue') {
      const group = target.messageGroupId && { MessageGroupId: target.messageGroupId };
      return this.#queues.send(target.arn, caller, { MessageBody: body, ...group });
    }
    if (target.kind === 'bus') {
      const input = { EventBusName: target.arn, Event: event };
      return this.#gateway.call({ service: 'events', operation: 'ForwardEvent', input, caller });
    }
    const input = { FunctionName: target.arn, InvocationType: 'Event', Payload: body };
    return this.#gateway.call({ service: 'lambda', operation: 'Invoke', input, caller });
  }

  #mayRetry({ target, startedAt, retries }: Delivery): boolean {
    return retries < target.maxRetries && Date.now() - startedAt < target.maxAgeSeconds * 1000;
  }

  #retryLater(delivery: Delivery): void {
    const wait = Math.min(longestWait, firstWait * 2 ** delivery.retries) * (0.5 + this.#random() / 2);
    delivery.retries += 1;
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      void this.#attempt(delivery);
    }, wait);
    this.#waiting.add(timer);
  }

  async #giveUp(delivery: Delivery, failure: DeliveryFailure): Promise<void> {
    const { rule, target } = delivery;
    console.error(
      `local AWS: rule ${rule.name} gives up on ${target.arn}: ${failure.code} ${failure.message}`,
    );
    if (!target.deadLetterArn) return this.#count(rule, 'FailedInvocations');
    try {
      await sendDeadLetter(this.#gateway, target.deadLetterArn, delivery, failure);
      this.#count(rule, 'InvocationsSentToDlq');
    } catch (error) {
      console.error(`local AWS: rule ${rule.name} could not reach its dead-letter queue:`, error);
      this.#count(rule, 'InvocationsFailedToBeSentToDlq');
    }
  }

  #count(rule: DeliveringRule, name: string): void {
    const dimensions = { EventBusName: rule.bus, RuleName: rule.name };
    this.#metrics.record({ namespace: 'AWS/Events', name, dimensions, value: 1, at: new Date() });
  }
}
