import type { DifferenceClass, RunPage } from '../core/run.ts';
import type { Feeding } from './ports.ts';

const drift: readonly DifferenceClass[] = ['source-ahead', 'missing'];
const differing: readonly DifferenceClass[] = [...drift, 'edited', 'orphan'];

/** Counted by the tick that moved the cursor, so once. */
export function countPage({ ports: { metrics }, run }: Feeding, { differences, entries }: RunPage): void {
  if (run.mode !== 'reconcile') return;
  const count = (classes: readonly DifferenceClass[]): number =>
    differences.filter((one) => classes.includes(one.class)).length;
  if (run.options.compare === 'oms') metrics.count('Differences', count(differing));
  else metrics.count('Drift', count(drift));
  metrics.count('Repaired', entries.length);
}
