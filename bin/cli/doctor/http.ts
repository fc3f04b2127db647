/** An answer as far as doctor reads it. */
export interface HttpAnswer {
  readonly status: number;
  /** JSON, or undefined if it was none. */
  readonly body: unknown;
}

/** Difference between the clock of a server and ours, in milliseconds: positive if ours is behind. */
export interface ClockReading {
  readonly system: string;
  readonly skewMs: number;
}

/** Plain requests that note what time it is on the other side. */
export class Http {
  readonly clocks: ClockReading[] = [];
  readonly #timeoutMs: number;

  constructor(timeoutMs = 10_000) {
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects when no answer comes; redirects are answers. */
  async ask(system: string, url: string, init: RequestInit = {}): Promise<HttpAnswer> {
    const sentAt = Date.now();
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const answer = await fetch(url, { redirect: 'manual', signal, ...init });
    const receivedAt = Date.now();
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isFinite(theirs)) {
      // The header has whole seconds, rounded down: half a second is its middle.
      this.clocks.push({ system, skewMs: theirs + 500 - (sentAt + receivedAt) / 2 });
    }
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  }
}
