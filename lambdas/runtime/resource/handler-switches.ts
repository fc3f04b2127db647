import type { CareSettings } from '../../core/base/care-settings.ts';
import type { Failure } from '../../core/base/errors.ts';
import type { HandlerSwitches } from '../../core/base/live-settings.ts';
import { judgeOms } from '../../core/base/outage.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import type { Setting } from '../../core/base/ports/settings-store.ts';
import type { Observer } from '../lambda/counted-outcomes.ts';

export type OmsAccess = 'read' | 'write';

/** What an environment of a handler knows of its switches, and what it tells the breaker. */
export interface SwitchBoard {
  /** As they stood `switchSeconds` ago at most. Throws a ConnectorError of class `retry` if they were never read. */
  read(): Promise<HandlerSwitches>;
  omsAnswered(access: OmsAccess): void;
  /** Counts outages in a row; opens the breaker at `breakerAfter` of them, and at the first one while it is half open. */
  omsFailed(access: OmsAccess, failure: Failure): Promise<void>;
  /** Notes what a credential, a permission or a setting was refused with: once a minute at most, and best effort. */
  noteTrouble(code: string): Promise<void>;
}

export interface SwitchBoardOptions extends Observer {
  readonly handlerId: string;
  readonly setting: Setting<HandlerSwitches>;
  readonly care: Pick<CareSettings, 'switchSeconds' | 'breakerAfter'>;
  readonly clock: Clock;
}

/** How often the same trouble is noted. */
const TROUBLE_MS = 60_000;
/** Tries to write the switches over somebody else's change. */
const ROUNDS = 3;

export function createSwitchBoard(options: SwitchBoardOptions): SwitchBoard {
  const { setting, care, clock, log, metrics, handlerId } = options;
  let kept: { readonly value: HandlerSwitches; readonly readAt: number } | undefined;
  let outages = 0;
  let hasFailedWrites = false;

  function keep(value: HandlerSwitches): HandlerSwitches {
    kept = { value, readAt: clock() };
    return value;
  }

  async function open(code: string): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const { value, revision } = await setting.read();
      if (value.breaker?.state === 'open') {
        keep(value);
        return;
      }
      const since = value.breaker?.since ?? clock();
      const opened: HandlerSwitches = { ...value, breaker: { state: 'open', since, code, successes: 0 } };
      if ((await setting.write(opened, revision)) === 'written') {
        keep(opened);
        log.error({ code: 'BREAKER_OPENED', errorName: code, place: handlerId });
        return;
      }
    }
  }

  return {
    async read() {
      if (kept && clock() - kept.readAt < care.switchSeconds * 1_000) return kept.value;
      try {
        return keep((await setting.read()).value);
      } catch (error) {
        // What was so a moment ago still is; knowing nothing at all is no permission to send.
        if (!kept) throw error;
        return keep(kept.value);
      }
    },

    omsAnswered(access) {
      // A system that answers lookups and refuses every write is down for us.
      if (access === 'read' && hasFailedWrites) return;
      outages = 0;
      hasFailedWrites = false;
    },

    async omsFailed(access, failure) {
      const verdict = judgeOms(failure);
      if (verdict === 'up') this.omsAnswered(access);
      if (verdict !== 'down') return;
      outages++;
      hasFailedWrites ||= access === 'write';
      const state = kept?.value.breaker?.state;
      if (state === 'open' || (state !== 'half-open' && outages < care.breakerAfter)) return;
      // It stays closed if that cannot be written, and the next outage tries again.
      await open(failure.code).catch(() => metrics.count('CareProblems'));
    },

    async noteTrouble(code) {
      const known = kept?.value.trouble;
      if (known?.code === code && clock() - known.at < TROUBLE_MS) return;
      try {
        const { value, revision } = await setting.read();
        const noted = { ...value, trouble: { code, at: clock() } };
        // Somebody else writes the switches just now: the next refusal is noted.
        if ((await setting.write(noted, revision)) === 'written') keep(noted);
      } catch {
        metrics.count('CareProblems');
      }
    },
  };
}
