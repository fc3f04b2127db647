import { drawFault } from '../fault-plan.ts';
import type { Random } from '../random.ts';
import { type CommercetoolsFaults, type DeliveryFault, deliveryFaults } from './faults.ts';
import type { PartnerBus, PartnerEvent } from './ports.ts';

/** One notification of one subscription, as it was made; `fault` says what happened on its way. */
export interface EmittedNotification {
  readonly subscriptionKey: string | undefined;
  readonly event: PartnerEvent;
  readonly fault: DeliveryFault | undefined;
}

const entriesPerPut = 20;
const retryDelaysMs = [100, 500, 2_000, 5_000];

/** Takes notifications to the partner bus in the order they were made, at least once, unless a fault says otherwise. */
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
    // Overtaken, delayed and sent twice are all one thing: the event comes (again) when later ones have passed.
    if (fault !== undefined && fault !== 'drop') this.#later(faults.delayMs, () => this.#enqueue(event));
  }

  /** Made, and given up by commercetools itself: nobody gets it. */
  lose(subscriptionKey: string | undefined, event: PartnerEvent): void {
    this.#emitted.push({ subscriptionKey, event, fault: 'drop' });
  }

  /** Resolves when nothing is on its way any more. */
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
    // Lets what happens in the same turn share a batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, entriesPerPut);
      await this.#put(batch);
    }
    this.#sending = undefined;
  }

  /** An outage of the destination is waited for; what still fails then is lost, as it is in the cloud. */
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
