import type { CareSettings } from '../../../core/base/care-settings.ts';
import type { Failure } from '../../../core/base/errors.ts';
import type { HandlerSwitches } from '../../../core/base/live-settings.ts';
import { judgeOms } from '../../../core/base/outage.ts';
import type { Clock } from '../../../core/base/ports/clock.ts';
import type { Setting } from '../../../core/base/ports/settings-store.ts';
import type { Observer } from '../../lambda/counted-outcomes.ts';

export type OmsAccess = 'read' | 'write';

/** The switches of a handler as one execution environment knows them, and its reports to the breaker. */
export interface SwitchBoard {
  /** At most `switchSeconds` old. Throws a ConnectorError of class `retry` if they could never be read. */
  read(): Promise<HandlerSwitches>;
  omsAnswered(access: OmsAccess): void;
  /** Opens the breaker after `breakerAfter` outages in a row, or after the first one while it is half-open. */
  omsFailed(access: OmsAccess, failure: Failure): Promise<void>;
  /** Stores the code of a refused credential, permission or setting, at most once a minute. Never throws. */
  noteTrouble(code: string): Promise<void>;
}

export interface SwitchBoardOptions extends Observer {
  readonly handlerId: string;
  readonly setting: Setting<HandlerSwitches>;
  readonly care: Pick<CareSettings, 'switchSeconds' | 'breakerAfter'>;
  readonly clock: Clock;
}

/** The same code is stored once in this time. */
const TROUBLE_MS = 60_000;
/** Tries to write the switches when another writer changes them at the same time. */
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
        // Use the last known switches. Without any, do not send: the handler may be in Prepare mode.
        if (!kept) throw error;
        return keep(kept.value);
      }
    },

    omsAnswered(access) {
      // While writes fail, a successful lookup does not mean that the OMS is up.
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
      // If it cannot be stored, the breaker stays closed and the next outage tries again.
      await open(failure.code).catch(() => metrics.count('CareProblems'));
    },

    async noteTrouble(code) {
      const known = kept?.value.trouble;
      if (known?.code === code && clock() - known.at < TROUBLE_MS) return;
      try {
        const { value, revision } = await setting.read();
        const noted = { ...value, trouble: { code, at: clock() } };
        // On a conflict with another writer, the next refusal is stored.
        if ((await setting.write(noted, revision)) === 'written') keep(noted);
      } catch {
        metrics.count('CareProblems');
      }
    },
  };
}
