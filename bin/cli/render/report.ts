import type { ShownDifference } from '../read-report.ts';
import { csv } from './csv.ts';
import { textTable } from './text-table.ts';
import { counted } from './values.ts';

const header = [
  'customer',
  'class',
  'source version',
  'written version',
  'fields',
  'note',
  'queued',
] as const;

/** What a reconcile or sweep found; what is in sync is counted by the run and has no row. */
export function reportText(differences: readonly ShownDifference[]): string {
  if (differences.length === 0) return 'No customer differs.';
  return `${counted(differences.length, 'customer')} in the report.\n${textTable(header, differences.map(row))}`;
}

export function reportCsv(differences: readonly ShownDifference[]): string {
  return csv(header, differences.map(row));
}

function row(difference: ShownDifference) {
  return [
    difference.id,
    difference.class,
    difference.sourceVersion,
    difference.writtenVersion,
    (difference.fields ?? []).map(({ field, changed }) => `${field} (${changed})`).join('; '),
    [difference.code, difference.ref && `ref ${difference.ref}`].filter(Boolean).join(' '),
    difference.queued ? 'yes' : '',
  ];
}
