import type { Difference, DifferenceClass } from '../core/runs/difference.ts';
import type { RunPage } from '../core/runs/run.ts';
import { RECENT } from '../core/runs/run-classes.ts';
import type { Feeding } from './ports.ts';

const drift: readonly DifferenceClass[] = ['source-ahead', 'missing'];
const differing: readonly DifferenceClass[] = [...drift, 'edited', 'orphan'];

/** Counts the page's metrics. Called once, by the step that moved the cursor; never throws, because the cursor has already moved. */
export async function countPage(feeding: Feeding, { differences }: RunPage): Promise<void> {
  const { metrics } = feeding.ports;
  if (feeding.run.mode !== 'reconcile') return;
  // A recent change is usually still on its way.
  const counted = differences.filter(({ code }) => code !== RECENT);
  const count = (classes: readonly DifferenceClass[]): number =>
    counted.filter((one) => classes.includes(one.class)).length;
  if (feeding.run.options.compare === 'oms') metrics.count('Differences', count(differing));
  else metrics.count('Drift', count(drift));
  const lost = counted.filter(isLost).length;
  metrics.count('Repaired', lost === 0 || (await wasIntakeStopped(feeding)) ? 0 : lost);
}

/** A lost event: the run queues a source version that no notification brought. An edit or delete in the OMS has no notification. */
function isLost({ class: found, queued, sourceVersion = 0, writtenVersion = 0 }: Difference): boolean {
  return queued === true && drift.includes(found) && writtenVersion < sourceVersion;
}

/** Intake is or was stopped on purpose in this window, so missing notifications are expected. */
async function wasIntakeStopped({ ports, run }: Feeding): Promise<boolean> {
  if (run.startedBy.startsWith('catch-up')) return true;
  const intake = await ports.settings
    .intake()
    .read()
    .catch(() => undefined);
  return intake?.value.stopped !== undefined || intake?.value.catchUpFrom !== undefined;
}
