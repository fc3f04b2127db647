/** 2026-11-20T00:00:00Z: every schedule starts here. */
export const START = Date.UTC(2026, 10, 20);

interface Entry {
  readonly time: number;
  readonly sequence: number;
  readonly run: () => void;
}

/** One thread and one virtual clock: a heap of events by (time, sequence). Nothing waits in real time. */
export class Kernel {
  #now = START;
  #sequence = 0;
  #steps = 0;
  readonly #heap: Entry[] = [];

  get now(): number {
    return this.#now;
  }

  /** Events run so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Time of the next event. */
  get next(): number | undefined {
    return this.#heap[0]?.time;
  }

  after(milliseconds: number, run: () => void): void {
    this.at(this.#now + milliseconds, run);
  }

  at(time: number, run: () => void): void {
    const heap = this.#heap;
    const entry = { time: Math.max(time, this.#now), sequence: this.#sequence++, run };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /**
   * Runs events up to a time, or until none is left. Between two events every microtask has run: an event that is requested
   * inside a microtask comes after all of them.
   */
  run(until: number, mostSteps = Number.POSITIVE_INFINITY): Promise<'idle' | 'time' | 'steps'> {
    return new Promise((resolve, reject) => {
      const step = () => {
        const first = this.#heap[0];
        if (!first || first.time > until) {
          if (first) this.#now = until;
          resolve(first ? 'time' : 'idle');
          return;
        }
        if (this.#steps >= mostSteps) {
          resolve('steps');
          return;
        }
        this.#steps++;
        this.#now = first.time;
        this.#pop();
        try {
          first.run();
        } catch (error) {
          reject(error);
          return;
        }
        queueMicrotask(afterMicrotasks);
      };
      const afterMicrotasks = () => process.nextTick(step);
      afterMicrotasks();
    });
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    const length = heap.length;
    if (length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (!before(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}
