import type { Difference, DifferenceClass } from '../core/runs/difference.ts';
import type { RunPage } from '../core/runs/run.ts';
import { RECENT } from '../core/runs/run-classes.ts';
import type { Feeding } from './ports.ts';

const drift: readonly DifferenceClass[] = ['source-ahead', 'missing'];
const differing: readonly DifferenceClass[] = [...drift, 'edited', 'orphan'];

/** Counted by the tick that moved the cursor, so once. Never throws: the cursor has moved. */
export async function countPage(feeding: Feeding, { differences }: RunPage): Promise<void> {
  const { metrics } = feeding.ports;
  if (feeding.run.mode !== 'reconcile') return;
  // What has just changed is on its way, as a rule.
  const counted = differences.filter(({ code }) => code !== RECENT);
  const count = (classes: readonly DifferenceClass[]): number =>
    counted.filter((one) => classes.includes(one.class)).length;
  if (feeding.run.options.compare === 'oms') metrics.count('Differences', count(differing));
  else metrics.count('Drift', count(drift));
  const lost = counted.filter(isLost).length;
  metrics.count('Repaired', lost === 0 || (await isExpected(feeding)) ? 0 : lost);
}

/** No notification told of it, and the run brings it. What somebody edited or deleted in the OMS was never to be told. */
function isLost({ class: found, queued, sourceVersion = 0, writtenVersion = 0 }: Difference): boolean {
  return queued === true && drift.includes(found) && writtenVersion < sourceVersion;
}

/** Real-time sync was stopped on purpose, and is now or was until the time that this run brings: nothing is lost. */
async function isExpected({ ports, run }: Feeding): Promise<boolean> {
  if (run.startedBy.startsWith('catch-up')) return true;
  const intake = await ports.settings
    .intake()
    .read()
    .catch(() => undefined);
  return intake?.value.stopped !== undefined || intake?.value.catchUpFrom !== undefined;
}
