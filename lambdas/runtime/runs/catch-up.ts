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
  /** Throws a RunRefused if the run cannot start. */
  startRun(request: StartRunRequest): Promise<Run>;
}

export interface CatchUpResult {
  /** Handler -> its run, started by this call or an earlier one. */
  readonly runs: Readonly<Record<string, string>>;
  /** One sentence for every handler whose run could not start. */
  readonly refusals: readonly string[];
}

/** EventBridge documents a short delay until an enabled rule passes events. */
const SWITCH_LAG_MS = 120_000;
/** EventBridge advises to replay ten minutes later: until then events may be missing in the archive. */
const ARCHIVE_LAG_MS = 600_000;

/**
 * Starts a reconcile of every handler over the time since `from` (milliseconds since the epoch; `catchUpFrom` of the intake). May
 * be repeated until every run has started; then only a replay of late archive events remains in the setting.
 */
export async function startCatchUp(
  ports: CatchUpPorts,
  from: number,
  startedBy: string,
): Promise<CatchUpResult> {
  const now = ports.clock();
  const window = { from: from - ports.runSettings.overlapSeconds * 1_000, to: now };
  const { catchUpRuns: known, startedAt = 0 } = (await ports.settings.intake().read()).value;
  const runs: Record<string, string> = { ...known };
  const refusals: string[] = [];
  for (const handler of Object.keys(ports.handlers)) {
    if (runs[handler] !== undefined) continue;
    const answer = await startReconcile(ports, { ...window, handler, startedAt, startedBy });
    if ('id' in answer) runs[handler] = answer.id;
    else refusals.push(`${handler}: ${answer.message}`);
  }
  await changeSetting(ports.settings.intake(), (value) => {
    // The intake was stopped again in the meantime: the next start catches up more than this.
    if (value.catchUpFrom !== from) return value;
    if (refusals.length > 0) return Object.keys(runs).length === 0 ? value : { ...value, catchUpRuns: runs };
    const { catchUpFrom: _from, catchUpRuns: _runs, startedAt: _startedAt, ...rest } = value;
    const to = now + SWITCH_LAG_MS;
    return { ...rest, replay: { from: window.from, to, notBefore: to + ARCHIVE_LAG_MS } };
  });
  return { runs, refusals };
}

interface Reconcile {
  readonly handler: string;
  readonly startedBy: string;
  readonly from: number;
  readonly to: number;
  readonly startedAt: number;
}

/** Uses an open run over the same window, which an earlier attempt or another caller may have started. */
async function startReconcile(
  ports: CatchUpPorts,
  { handler, startedBy, from, to, startedAt }: Reconcile,
): Promise<Pick<Run, 'id'> | RunRefused> {
  // A run of an earlier start of the intake does not reach as far as this one.
  const coversWindow = ({ window }: Run) => window?.from === from && (window?.to ?? 0) >= startedAt;
  const openRun = async () =>
    (await ports.runs.open()).find(
      (run) => run.handler === handler && run.mode === 'reconcile' && coversWindow(run),
    );
  const open = await openRun();
  if (open) return open;
  try {
    return await ports.startRun({
      handler,
      mode: 'reconcile',
      options: {
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        compare: 'versions',
        repair: ['source-ahead', 'missing'],
      },
      startedBy,
    });
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    return (await openRun()) ?? error;
  }
}
