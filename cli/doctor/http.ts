import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import type { SystemName } from './outage-check.ts';

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

  /** Throws a ConnectorError `..._NO_ANSWER` when none comes; redirects are answers. */
  async ask(system: SystemName, url: string, init: RequestInit = {}): Promise<HttpAnswer> {
    const sentAt = Date.now();
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const answer = await fetch(url, { redirect: 'manual', signal, ...init }).catch((cause: unknown) => {
      throw this.#silence(system, cause);
    });
    const receivedAt = Date.now();
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isFinite(theirs)) {
      // The header has whole seconds, rounded down: half a second is its middle.
      this.clocks.push({ system, skewMs: theirs + 500 - (sentAt + receivedAt) / 2 });
    }
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  }

  #silence(system: SystemName, cause: unknown): ConnectorError {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError';
    return new ConnectorError(
      { failureClass: 'retry', code: `${system.toUpperCase()}_NO_ANSWER` },
      isLate ? `no answer within ${this.#timeoutMs / 1_000} s` : 'no answer',
      { cause },
    );
  }
}
