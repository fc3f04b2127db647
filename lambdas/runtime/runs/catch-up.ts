import type { Clock } from '../../core/base/ports/clock.ts';
import type { SettingsStore } from '../../core/base/ports/settings-store.ts';
import type { RunStore } from '../../core/runs/ports/run-store.ts';
import type { Run } from '../../core/runs/run.ts';
import { RunRefused } from '../../core/runs/run-refused.ts';
import type { RunSettings } from '../../core/runs/run-settings.ts';
import { changeSetting } from './change-setting.ts';
import type { StartRunRequest } from './start-run.ts';

export interface CatchUpPorts {
  readonly handlers: Readonly<Record<string, unknown>>;
  readonly runs: Pick<RunStore, 'open'>;
  readonly settings: Pick<SettingsStore, 'intake'>;
  readonly runSettings: Pick<RunSettings, 'overlapSeconds'>;
  readonly clock: Clock;
  /** Throws a RunRefused that says why it cannot begin; nothing has begun then. */
  startRun(request: StartRunRequest): Promise<Run>;
}

export interface CaughtUp {
  /** Handler -> its run, of this call or of an earlier one. */
  readonly runs: Readonly<Record<string, string>>;
  /** Why a handler has none yet, a sentence each. */
  readonly refusals: readonly string[];
}

/** A rule that is switched on lets nothing through for a moment, EventBridge says; so does one that somebody just held off. */
const SWITCH_LAG_MS = 120_000;
/** EventBridge's own advice: replay ten minutes later, then all is in the archive. */
const ARCHIVE_LAG_MS = 600_000;

/**
 * A reconcile of every handler over what happened since `from` (milliseconds since the epoch), the intake's `catchUpFrom`. When all
 * have begun, the setting owes nothing but a replay of what the archive took late. Until then this may be repeated.
 */
export async function startCatchUp(ports: CatchUpPorts, from: number, startedBy: string): Promise<CaughtUp> {
  const now = ports.clock();
  const window = { from: from - ports.runSettings.overlapSeconds * 1_000, to: now };
  const { catchUpRuns: known, startedAt = 0 } = (await ports.settings.intake().read()).value;
  const runs: Record<string, string> = { ...known };
  const refusals: string[] = [];
  for (const handler of Object.keys(ports.handlers)) {
    if (runs[handler] !== undefined) continue;
    const answer = await startReconcile(ports, handler, { ...window, startedAt }, startedBy);
    if ('id' in answer) runs[handler] = answer.id;
    else refusals.push(`${handler}: ${answer.message}`);
  }
  await changeSetting(ports.settings.intake(), (value) => {
    // Stopped again meanwhile: the next start owes more than this.
    if (value.catchUpFrom !== from) return value;
    if (refusals.length > 0) return Object.keys(runs).length === 0 ? value : { ...value, catchUpRuns: runs };
    const { catchUpFrom: _done, catchUpRuns: _begun, startedAt: _over, ...rest } = value;
    const to = now + SWITCH_LAG_MS;
    return { ...rest, replay: { from: window.from, to, notBefore: to + ARCHIVE_LAG_MS } };
  });
  return { runs, refusals };
}

/** A run of ours that a lost answer left behind, or that somebody else has just begun, is the run that is wanted. */
async function startReconcile(
  ports: CatchUpPorts,
  handler: string,
  window: { readonly from: number; readonly to: number; readonly startedAt: number },
  startedBy: string,
): Promise<Pick<Run, 'id'> | RunRefused> {
  // One of an earlier start ends before what was stopped after it.
  const isWanted = ({ window: has }: Run) => has?.from === window.from && (has?.to ?? 0) >= window.startedAt;
  const begun = async () =>
    (await ports.runs.open()).find(
      (run) => run.handler === handler && run.mode === 'reconcile' && isWanted(run),
    );
  const before = await begun();
  if (before) return before;
  try {
    return await ports.startRun({
      handler,
      mode: 'reconcile',
      options: {
        from: new Date(window.from).toISOString(),
        to: new Date(window.to).toISOString(),
        compare: 'versions',
        repair: ['source-ahead', 'missing'],
      },
      startedBy,
    });
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    return (await begun()) ?? error;
  }
}
