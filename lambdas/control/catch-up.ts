import type { Run } from '../core/run.ts';
import { RunRefused, startRun } from '../runtime/start-run.ts';
import { changeSetting } from './change-setting.ts';
import type { ControlPorts } from './ports.ts';

export interface CaughtUp {
  readonly catchUpRunIds: string[];
  readonly replay: string;
  readonly note?: string;
}

/** EventBridge's own advice: replay ten minutes later, then all is in the archive. */
const ARCHIVE_LAG_MS = 600_000;

/**
 * Brings what happened since `from` (milliseconds since the epoch): a replay of the bus's archive, because only
 * notifications tell of deletes and erasures, and a reconcile of every handler, because only it looks at the source itself.
 * When all is on its way, the setting owes nothing but a second replay, for what the archive took late; the caretaker does it.
 * Until then this may be repeated.
 */
export async function catchUp(ports: ControlPorts, from: number, startedBy: string): Promise<CaughtUp> {
  const now = ports.clock();
  const start = from - ports.runSettings.overlapSeconds * 1_000;
  const replay = await ports.switches.replay(`catch-up-${from}-${now}`, start, now);
  const catchUpRunIds: string[] = [];
  const refusals: string[] = [];
  for (const handler of Object.keys(ports.handlers)) {
    const started = await startReconcile(ports, handler, { from: start, to: now }, startedBy);
    if ('id' in started) catchUpRunIds.push(started.id);
    else refusals.push(`${handler}: ${started.message}`);
  }
  if (refusals.length > 0) {
    const note = `Real-time sync is on. The past is not caught up yet: ${refusals.join('; ')} Then ask \`start\` again.`;
    return { catchUpRunIds, replay, note };
  }
  await changeSetting(ports.settings.intake(), (value) => {
    const { catchUpFrom, ...rest } = value;
    const late = { from: start, to: now, notBefore: now + ARCHIVE_LAG_MS };
    return catchUpFrom === from ? { ...rest, replay: late } : value;
  });
  return { catchUpRunIds, replay };
}

/** A run of ours that a lost answer left behind is the run that is wanted. */
async function startReconcile(
  ports: ControlPorts,
  handler: string,
  window: { from: number; to: number },
  startedBy: string,
): Promise<Pick<Run, 'id'> | RunRefused> {
  const open = await ports.runs.open();
  const same = open.find(
    (run) => run.handler === handler && run.mode === 'reconcile' && run.window?.from === window.from,
  );
  if (same) return same;
  const options = {
    from: new Date(window.from).toISOString(),
    to: new Date(window.to).toISOString(),
    compare: 'versions',
    repair: ['source-ahead', 'missing'],
  } as const;
  try {
    return await startRun(ports, {
      handler,
      mode: 'reconcile',
      options: { ...options, repair: [...options.repair] },
      startedBy,
    });
  } catch (error) {
    if (error instanceof RunRefused) return error;
    throw error;
  }
}
