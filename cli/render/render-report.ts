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
  return `${counted(differences.length, 'customer')} in the report.\n${textTable(['customer', 'class', 'version', 'queued', 'what'], differences.map(shortRow))}`;
}

/** Closer together than in the CSV: `4 of 5` is written version and source version. */
function shortRow(difference: ShownDifference) {
  const { id, class: found, sourceVersion, writtenVersion = 0, queued, username, code } = difference;
  const version =
    sourceVersion === undefined ? writtenVersion || '' : `${writtenVersion} of ${sourceVersion}`;
  const what = [
    fieldsText(difference),
    code,
    username === id ? undefined : username && `username ${username}`,
  ];
  return [id, found, String(version), queued ? 'yes' : '', what.filter(Boolean).join('; ')];
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
    fieldsText(difference),
    [difference.code, difference.username && `username ${difference.username}`].filter(Boolean).join(' '),
    difference.queued ? 'yes' : '',
  ];
}

function fieldsText({ fields = [] }: ShownDifference): string {
  return fields.map(({ field, changed }) => `${field} (${changed})`).join('; ');
}
