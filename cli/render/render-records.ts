import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { counted, timeAgo } from './values.ts';
import { sections, table, type View } from './view.ts';

export type ShownRecord = OperationOutput<'record.list'>['records'][number];

/** Excluded customers and recorded changes; a list that was not requested is undefined. */
export function recordsView(
  {
    skipped,
    recorded,
  }: { readonly skipped?: readonly ShownRecord[]; readonly recorded?: readonly ShownRecord[] },
  now: number,
): View {
  return sections([skipped && excludedView(skipped, now), recorded && recordedView(recorded, now)]);
}

function excludedView(records: readonly ShownRecord[], now: number): View {
  if (records.length === 0) return 'No customer is excluded.';
  const rows = records.map(({ id, since }) => [id, timeAgo(since, now)]);
  return [
    `${counted(records.length, 'customer')} excluded: changes are skipped until "connector process ID".`,
    table(['customer', 'since'], rows),
  ];
}

function recordedView(records: readonly ShownRecord[], now: number): View {
  if (records.length === 0) return 'No change is recorded in Prepare mode.';
  const rows = records.map(({ id, version, kind, since }) => [id, version, kind, timeAgo(since, now)]);
  return [
    `${counted(records.length, 'customer')} recorded in Prepare mode: "connector process" sends the changes.`,
    table(['customer', 'version', 'kind', 'since'], rows),
  ];
}
