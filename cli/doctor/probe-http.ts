import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import type { SystemName } from './outages.ts';

export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON; undefined for anything else. */
  readonly body: unknown;
}

/** Clock of a server minus clock of this machine, in milliseconds. */
export interface ClockReading {
  readonly system: string;
  readonly skewMs: number;
}

/** HTTP requests that also read the clock of each server. */
export class ProbeHttp {
  readonly clocks: ClockReading[] = [];
  readonly #timeoutMs: number;

  constructor(timeoutMs = 10_000) {
    this.#timeoutMs = timeoutMs;
  }

  /** Throws a ConnectorError `..._NO_ANSWER` without an answer. A redirect is an answer. */
  async request(system: SystemName, url: string, init: RequestInit = {}): Promise<HttpAnswer> {
    const sentAt = Date.now();
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const answer = await fetch(url, { redirect: 'manual', signal, ...init }).catch((cause: unknown) => {
      throw this.#noAnswer(system, cause);
    });
    const receivedAt = Date.now();
    const serverTime = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isFinite(serverTime)) {
      // The header is rounded down to whole seconds; half a second corrects that on average.
      this.clocks.push({ system, skewMs: serverTime + 500 - (sentAt + receivedAt) / 2 });
    }
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  }

  #noAnswer(system: SystemName, cause: unknown): ConnectorError {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError';
    return new ConnectorError(
      { failureClass: 'retry', code: `${system.toUpperCase()}_NO_ANSWER` },
      isLate ? `no answer within ${this.#timeoutMs / 1_000} s` : 'no answer',
      { cause },
    );
  }
}
