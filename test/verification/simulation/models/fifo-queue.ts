import type { Sim } from '../kernel/sim.ts';
import type { Message, PolledQueue } from './message.ts';

export interface FifoQueueOptions {
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly delaySeconds: number;
  readonly maxReceiveCount: number;
  /** Deduplicates an id for five minutes. An optimisation, never a guarantee: some schedules run without it. */
  readonly deduplicates: boolean;
  /** A group with a message in flight delivers no other message: the lock. Off only for planted bugs. */
  readonly locks: boolean;
  /** Undelivered messages are dropped instead of moved: only for planted bugs. */
  readonly drops: boolean;
}

const DEDUPLICATION_MS = 300_000;
/** Longest retention of SQS. */
const RETENTION_MS = 14 * 86_400_000;

/** An SQS FIFO queue: one lock per group, order inside it, deduplication, delay, visibility, dead letters. */
export class FifoQueue implements PolledQueue {
  readonly name: string;
  readonly dead: Message[] = [];
  onChange = () => {};
  sent = 0;
  swallowed = 0;
  dropped = 0;
  size = 0;
  readonly #sim: Sim;
  readonly #options: FifoQueueOptions;
  readonly #groups = new Map<string, Message[]>();
  readonly #inFlight = new Map<string, Message>();
  readonly #seen = new Map<string, number>();
  #receipts = 0;

  constructor(sim: Sim, options: FifoQueueOptions) {
    this.#sim = sim;
    this.#options = options;
    this.name = options.name;
  }

  send(body: string, group: string, deduplicationId: string): void {
    const { now } = this.#sim.kernel;
    const scoped = `${group}|${deduplicationId}`;
    const seen = this.#seen.get(scoped);
    if (this.#options.deduplicates && seen !== undefined && now - seen < DEDUPLICATION_MS) {
      this.swallowed++;
      this.#sim.reach.hit('fifo: deduplicated');
      this.#sim.trace.note('deduplicated', group.slice(-6));
      return;
    }
    this.#seen.set(scoped, now);
    this.#append(body, group, now, this.#options.delaySeconds * 1_000);
  }

  /** Moved back from the dead-letter queue: a new message at the end of its group, receives reset, its age new or old. */
  redrive(message: Message, sentAt: number): void {
    this.#append(message.body, message.group, sentAt, 0);
  }

  receive(most: number): Message[] {
    this.#expire();
    const { random } = this.#sim;
    const open = [...this.#groups.keys()].filter((group) => this.#openUntil(group) > 0);
    const chosen: Message[] = [];
    while (chosen.length < most && open.length > 0) {
      const index = random.integer(0, open.length - 1);
      const group = open[index] as string;
      open.splice(index, 1);
      const ready = this.#openUntil(group);
      const wanted = random.chance(0.5) ? ready : random.integer(1, ready);
      for (const message of [...this.#members(group)].slice(0, Math.min(wanted, most - chosen.length))) {
        if (this.#give(message)) chosen.push(message);
      }
    }
    const groups = new Set(chosen.map(({ group }) => group));
    if (groups.size < chosen.length) this.#sim.reach.hit('fifo: several messages of a group in one receive');
    return chosen;
  }

  remove(_id: string, receipt: string): void {
    const message = this.#inFlight.get(receipt);
    // An expired handle of a FIFO message deletes nothing.
    if (!message || message.receipt !== receipt || message.visibleAt <= this.#sim.kernel.now) return;
    this.#take(message);
    this.onChange();
  }

  changeVisibility(receipt: string, seconds: number): boolean {
    const message = this.#inFlight.get(receipt);
    if (!message || message.receipt !== receipt || message.visibleAt <= this.#sim.kernel.now) return false;
    message.visibleAt = this.#sim.kernel.now + seconds * 1_000;
    this.onChange();
    return true;
  }

  nextVisibleAt(): number | undefined {
    let next: number | undefined;
    for (const members of this.#groups.values()) {
      const at = this.#options.locks ? lockedUntil(members) : earliest(members);
      if (next === undefined || at < next) next = at;
    }
    return next;
  }

  bodies(): string[] {
    return [...this.#groups.values()].flat().map(({ body }) => body);
  }

  #append(body: string, group: string, sentAt: number, delay: number): void {
    const message: Message = {
      id: `${this.name}-${++this.sent}`,
      body,
      group,
      sentAt,
      receives: 0,
      visibleAt: this.#sim.kernel.now + delay,
      receipt: '',
      isGone: false,
    };
    const members = this.#groups.get(group);
    if (members) members.push(message);
    else this.#groups.set(group, [message]);
    this.size++;
    this.onChange();
  }

  /** Number of messages that can be received from the head of the group. */
  #openUntil(group: string): number {
    const { now } = this.#sim.kernel;
    const members = this.#members(group);
    if (!this.#options.locks) {
      members.sort((a, b) => a.visibleAt - b.visibleAt);
    } else if (members.some(({ receives, visibleAt }) => receives > 0 && visibleAt > now)) return 0;
    let ready = 0;
    while (ready < members.length && (members[ready] as Message).visibleAt <= now) ready++;
    return ready;
  }

  #give(message: Message): boolean {
    if (message.receives >= this.#options.maxReceiveCount) {
      this.#take(message);
      if (this.#options.drops) this.dropped++;
      else this.dead.push(message);
      this.#sim.trace.note('to-dead-letters', message.id);
      return false;
    }
    this.#inFlight.delete(message.receipt);
    message.receives++;
    message.receipt = `f${++this.#receipts}`;
    message.visibleAt = this.#sim.kernel.now + this.#options.visibilitySeconds * 1_000;
    this.#inFlight.set(message.receipt, message);
    return true;
  }

  #expire(): void {
    const oldest = this.#sim.kernel.now - RETENTION_MS;
    for (const members of [...this.#groups.values()])
      for (const message of members.filter(({ sentAt }) => sentAt < oldest)) {
        this.#sim.faults.record('retention', 'expired');
        this.#sim.trace.note('expired', message.id);
        this.#take(message);
      }
  }

  #members(group: string): Message[] {
    return this.#groups.get(group) ?? [];
  }

  #take(message: Message): void {
    message.isGone = true;
    this.#inFlight.delete(message.receipt);
    const members = this.#members(message.group);
    members.splice(members.indexOf(message), 1);
    if (members.length === 0) this.#groups.delete(message.group);
    this.size--;
  }
}

function lockedUntil(members: readonly Message[]): number {
  let at = (members[0] as Message).visibleAt;
  for (const { receives, visibleAt } of members) if (receives > 0 && visibleAt > at) at = visibleAt;
  return at;
}

function earliest(members: readonly Message[]): number {
  return members.reduce((least, { visibleAt }) => Math.min(least, visibleAt), Number.POSITIVE_INFINITY);
}
