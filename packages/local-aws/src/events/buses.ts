import { type Arns, busName } from '../arns.ts';
import { AwsError, type MetricStore } from '../contract.ts';
import type { BusEvent } from './bus-event.ts';
import type { Deliveries } from './deliveries.ts';
import type { EventPattern } from './event-pattern.ts';
import type { Target } from './target.ts';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly patternJson?: string;
  readonly matches?: EventPattern;
  readonly schedule?: string;
  readonly description?: string;
  state: 'ENABLED' | 'DISABLED';
  readonly targets: Map<string, Target>;
}

export interface Bus {
  readonly name: string;
  readonly arn: string;
  /** Only for a partner bus; equal to its name. */
  readonly eventSource?: string;
  readonly rules: Map<string, Rule>;
}

type Listener = (bus: Bus, event: BusEvent) => void;

/** The buses of the account with their rules. */
export class Buses {
  readonly #buses = new Map<string, Bus>();
  readonly #listeners: Listener[] = [];
  readonly #arns: Arns;
  readonly #deliveries: Deliveries;
  readonly #metrics: MetricStore;

  constructor(arns: Arns, deliveries: Deliveries, metrics: MetricStore) {
    this.#arns = arns;
    this.#deliveries = deliveries;
    this.#metrics = metrics;
    this.add('default');
  }

  add(name: string, eventSource?: string): Bus {
    if (this.#buses.has(name))
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    const bus: Bus = {
      name,
      arn: this.#arns.bus(name),
      rules: new Map(),
      ...(eventSource && { eventSource }),
    };
    this.#buses.set(name, bus);
    return bus;
  }

  remove(name: string): Bus | undefined {
    const bus = this.#buses.get(name);
    if (bus && bus.rules.size > 0)
      throw new AwsError('ValidationException', `Event bus ${name} still has rules.`);
    this.#buses.delete(name);
    return bus;
  }

  list(): Bus[] {
    return [...this.#buses.values()];
  }

  find(nameOrArn: string): Bus | undefined {
    return this.#buses.get(busName(nameOrArn));
  }

  /** Throws ResourceNotFoundException. */
  get(nameOrArn = 'default'): Bus {
    const bus = this.find(nameOrArn);
    if (!bus)
      throw new AwsError('ResourceNotFoundException', `Event bus ${busName(nameOrArn)} does not exist.`);
    return bus;
  }

  /** Calls the listener for every event on any bus, before the rules. */
  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Gives an event to the rules of a bus. A replay may limit them to some rule ARNs. */
  publish(bus: Bus, event: BusEvent, only?: readonly string[]): void {
    for (const listener of this.#listeners) listener(bus, event);
    for (const rule of bus.rules.values()) {
      if (rule.state !== 'ENABLED' || !rule.matches || (only && !only.includes(rule.arn))) continue;
      if (rule.matches(event)) this.trigger(rule, event);
    }
  }

  trigger(rule: Rule, event: BusEvent): void {
    const dimensions = { EventBusName: rule.bus, RuleName: rule.name };
    this.#metrics.record({
      namespace: 'AWS/Events',
      name: 'MatchedEvents',
      dimensions,
      value: 1,
      at: new Date(),
    });
    for (const target of rule.targets.values()) this.#deliveries.deliver(rule, target, event);
  }
}
