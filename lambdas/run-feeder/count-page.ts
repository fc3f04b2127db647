import type { DifferenceClass, RunPage } from '../core/run.ts';
import { RECENT } from '../core/run-classes.ts';
import type { Feeding } from './ports.ts';

const drift: readonly DifferenceClass[] = ['source-ahead', 'missing'];
const differing: readonly DifferenceClass[] = [...drift, 'edited', 'orphan'];

/** Counted by the tick that moved the cursor, so once. */
export function countPage({ ports: { metrics }, run }: Feeding, { differences }: RunPage): void {
  if (run.mode !== 'reconcile') return;
  // What has just changed is on its way, as a rule.
  const counted = differences.filter(({ code }) => code !== RECENT);
  const count = (classes: readonly DifferenceClass[]): number =>
    counted.filter((one) => classes.includes(one.class)).length;
  if (run.options.compare === 'oms') metrics.count('Differences', count(differing));
  else metrics.count('Drift', count(drift));
  metrics.count('Repaired', counted.filter(({ queued }) => queued).length);
}
