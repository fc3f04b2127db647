import { ConnectorError } from '../core/base/errors.ts';
import type { Watch } from '../core/base/live-settings.ts';
import type { Setting, Versioned } from '../core/base/ports/settings-store.ts';
import {
  afterCheck,
  afterRepairEnd,
  afterRepairStart,
  type HealthCheck,
  isAlarming,
  isCheckDue,
  windowToRepair,
} from '../core/operations/subscription-watch.ts';
import type { CaretakerPorts } from './ports.ts';
import { start } from './start-own-run.ts';
import { startSoon } from './start-scheduled-runs.ts';

/** Checks the subscription, raises the alarm, and reconciles the time in which changes may be lost. */
export async function watchSubscription(ports: CaretakerPorts): Promise<void> {
  const { settings, care, handlers, clock, metrics } = ports;
  const setting = settings.watch();
  let known = await setting.read();
  const isDue = isCheckDue(known.value, clock(), care);
  if (isDue) {
    const check = await checkHealth(ports);
    const after = afterCheck(known.value, check, { handlers: Object.keys(handlers), now: clock() });
    known = await written(setting, known, after);
  }
  if (isAlarming(known.value)) metrics.count('SubscriptionUnhealthy');
  // A run that fails at once is not started again every minute, but at the next health check.
  await repair(ports, setting, isDue ? await noteEndedRuns(ports, setting, known) : known);
}

async function noteEndedRuns(
  { runs, handlers, clock, runSettings: { overlapSeconds } }: CaretakerPorts,
  setting: Setting<Watch>,
  before: Versioned<Watch>,
): Promise<Versioned<Watch>> {
  let known = before;
  for (const handler of Object.keys(handlers)) {
    const runId = known.value.repairRuns?.[handler];
    if (runId === undefined) continue;
    const run = await runs.read(runId);
    const after = afterRepairEnd(known.value, handler, { run, now: clock(), overlapSeconds });
    if (after !== known.value) known = await written(setting, known, after);
  }
  return known;
}

async function checkHealth({ subscription }: CaretakerPorts): Promise<HealthCheck> {
  try {
    return await subscription.ask('health');
  } catch (error) {
    return { failed: error instanceof ConnectorError ? error.code : 'INTERNAL' };
  }
}

/** Starts one run per handler over exactly the lost time. A refused run is tried again in the next pass. */
async function repair(
  ports: CaretakerPorts,
  setting: Setting<Watch>,
  before: Versioned<Watch>,
): Promise<void> {
  const window = windowToRepair(before.value, Object.keys(ports.handlers));
  if (!window) return;
  const overlap = ports.runSettings.overlapSeconds * 1_000;
  const from = new Date(Math.max(window.from - overlap, 0)).toISOString();
  const to = new Date(window.to).toISOString();
  let known = before;
  for (const handler of window.handlers) {
    if (known.value.repairRuns?.[handler] !== undefined) continue;
    const answer = await start(ports, {
      handler,
      mode: 'reconcile',
      options: { compare: 'versions', repair: ['source-ahead', 'missing'], from, to },
      startedBy: 'watchdog',
      plannedAt: window.to,
    });
    if ('runId' in answer) {
      // A reconcile cannot see deletes; a sweep can.
      await startSoon(ports, 'sweep', handler);
      known = await written(setting, known, afterRepairStart(known.value, handler, answer.runId));
    }
  }
}

/** Only the caretaker writes the watch, so a conflict means that two passes overlap: this one stops. */
async function written(
  setting: Setting<Watch>,
  { revision }: Versioned<Watch>,
  value: Watch,
): Promise<Versioned<Watch>> {
  if ((await setting.write(value, revision)) === 'written') return { value, revision: revision + 1 };
  throw new ConnectorError(
    { failureClass: 'retry', code: 'WATCH_BUSY' },
    'Two passes of the caretaker checked the subscription at the same time.',
  );
}
