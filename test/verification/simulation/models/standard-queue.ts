import type { Sim } from '../kernel/sim.ts';
import type { Message, PolledQueue } from './message.ts';

export interface StandardQueueOptions {
  readonly name: 'ingest' | 'route' | 'ticks';
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
}

/** An SQS standard queue: unordered, duplicates, visibility, receive counts, a dead-letter queue. */
export class StandardQueue implements PolledQueue {
  readonly name: string;
  readonly dead: Message[] = [];
  onChange = () => {};
  sent = 0;
  readonly #sim: Sim;
  readonly #options: StandardQueueOptions;
  #messages: Message[] = [];
  #receipts = 0;

  constructor(sim: Sim, options: StandardQueueOptions) {
    this.#sim = sim;
    this.#options = options;
    this.name = options.name;
  }

  get size(): number {
    return this.#messages.length;
  }

  send(body: string, delaySeconds = 0): string {
    const { faults, kernel, random } = this.#sim;
    const id = `${this.name}-${++this.sent}`;
    const fault = faults.draw(this.#options.name);
    const delay = delaySeconds * 1_000 + (fault === 'delay' ? random.integer(1_000, 600_000) : 0);
    const message = this.#add(id, body, kernel.now + delay);
    if (fault === 'duplicate' || fault === 'twin-deleted') {
      const copy = this.#add(id, body, kernel.now + random.integer(0, 30_000));
      if (fault === 'twin-deleted') {
        copy.twin = message;
        message.twin = copy;
      }
    }
    this.onChange();
    return id;
  }

  receive(most: number): Message[] {
    const { now } = this.#sim.kernel;
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= now);
    const chosen: Message[] = [];
    while (chosen.length < most && visible.length > 0) {
      const index = this.#sim.random.integer(0, visible.length - 1);
      const message = visible[index] as Message;
      visible[index] = visible[visible.length - 1] as Message;
      visible.pop();
      if (message.receives >= this.#options.maxReceiveCount) {
        this.#take(message);
        this.dead.push(message);
        this.#sim.trace.note('to-dead-letters', message.id);
        continue;
      }
      message.receives++;
      message.receipt = `r${++this.#receipts}`;
      message.visibleAt = now + this.#options.visibilitySeconds * 1_000;
      chosen.push(message);
    }
    return chosen;
  }

  remove(_id: string, receipt: string): void {
    const message = this.#messages.find((one) => one.receipt === receipt);
    if (!message) return;
    this.#take(message);
    if (message.twin && !message.twin.isGone) this.#take(message.twin);
  }

  changeVisibility(): boolean {
    return false;
  }

  nextVisibleAt(): number | undefined {
    let next: number | undefined;
    for (const { visibleAt } of this.#messages) if (next === undefined || visibleAt < next) next = visibleAt;
    return next;
  }

  #add(id: string, body: string, visibleAt: number): Message {
    const message: Message = {
      id,
      body,
      group: '',
      sentAt: this.#sim.kernel.now,
      receives: 0,
      visibleAt,
      receipt: '',
      isGone: false,
    };
    this.#messages.push(message);
    return message;
  }

  #take(message: Message): void {
    message.isGone = true;
    this.#messages = this.#messages.filter((one) => one !== message);
  }
}
