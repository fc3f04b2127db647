import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { textTable } from './text-table.ts';
import { counted, timeAgo } from './values.ts';

export type ShownRecord = OperationOutput<'record.list'>['records'][number];

/** Who is taken out and who is recorded; a list that was not asked for is left out. */
export function recordsText(
  lists: { readonly skipped?: readonly ShownRecord[]; readonly recorded?: readonly ShownRecord[] },
  now: number,
): string {
  return [
    lists.skipped &&
      section(
        lists.skipped,
        'taken out: no change of them is sent until "connector process ID"',
        ['customer', 'since'],
        ({ id, since }) => [id, timeAgo(since, now)],
      ),
    lists.recorded &&
      section(
        lists.recorded,
        'recorded in Prepare mode: "connector process" sends them',
        ['customer', 'version', 'kind', 'since'],
        ({ id, version, kind, since }) => [id, version, kind, timeAgo(since, now)],
      ),
  ]
    .filter((text) => text !== undefined)
    .join('\n\n');
}

function section(
  records: readonly ShownRecord[],
  what: string,
  header: readonly string[],
  cells: (record: ShownRecord) => readonly (string | number | undefined)[],
): string {
  if (records.length === 0) return `No customer is ${what.split(':')[0]}.`;
  return `${counted(records.length, 'customer')} ${what}\n${textTable(header, records.map(cells))}`;
}
