import { drawFault } from '../fault-plan.ts';
import type { Random } from '../random.ts';
import { type CommercetoolsFaults, type DeliveryFault, deliveryFaults } from './faults.ts';
import type { PartnerBus, PartnerEvent } from './ports.ts';

/** One notification of one subscription; `fault` is what happened to its delivery. */
export interface EmittedNotification {
  readonly subscriptionKey: string | undefined;
  readonly event: PartnerEvent;
  readonly fault: DeliveryFault | undefined;
}

const entriesPerPut = 20;
const retryDelaysMs = [100, 500, 2_000, 5_000];

/** Delivers notifications to the partner bus in order and at least once, unless a fault applies. */
export class Delivery {
  readonly #bus: PartnerBus;
  readonly #faults: () => CommercetoolsFaults;
  readonly #random: Random;
  readonly #emitted: EmittedNotification[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #waiting: PartnerEvent[] = [];
  #sending: Promise<void> | undefined;
  #stopped = false;

  constructor(bus: PartnerBus, faults: () => CommercetoolsFaults, random: Random) {
    this.#bus = bus;
    this.#faults = faults;
    this.#random = random;
  }

  emitted(): readonly EmittedNotification[] {
    return this.#emitted;
  }

  forget(): void {
    this.#emitted.length = 0;
  }

  send(subscriptionKey: string | undefined, event: PartnerEvent): void {
    const faults = this.#faults();
    const fault = drawFault(faults.delivery, deliveryFaults, this.#random);
    this.#emitted.push({ subscriptionKey, event, fault });
    if (fault === undefined || fault === 'duplicate') this.#enqueue(event);
    // Reordered, delayed and duplicated events are all sent (again) later.
    if (fault !== undefined && fault !== 'drop') this.#later(faults.delayMs, () => this.#enqueue(event));
  }

  /** Records a notification that commercetools never delivers. */
  drop(subscriptionKey: string | undefined, event: PartnerEvent): void {
    this.#emitted.push({ subscriptionKey, event, fault: 'drop' });
  }

  /** Resolves when every notification is delivered or lost. */
  async settled(): Promise<void> {
    while (this.#timers.size > 0 || this.#sending) {
      await (this.#sending ?? new Promise((resolve) => setTimeout(resolve, 5)));
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting = [];
  }

  #later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }

  #enqueue(event: PartnerEvent): void {
    if (this.#stopped) return;
    this.#waiting.push(event);
    this.#sending ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // Events of the same turn share a batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, entriesPerPut);
      await this.#put(batch);
    }
    this.#sending = undefined;
  }

  /** Retries during an outage of the destination; what still fails after that is lost, as in the cloud. */
  async #put(batch: readonly PartnerEvent[]): Promise<void> {
    for (const delayMs of [...retryDelaysMs, undefined]) {
      if (this.#stopped) return;
      try {
        return await this.#bus.put(batch);
      } catch (error) {
        if (delayMs === undefined) return console.error('commercetools twin: notifications lost', error);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  }
}
