import type { ShownDifference } from '../runs/read-report.ts';
import { counted } from './values.ts';
import { table, type View } from './view.ts';

/** What a reconcile or sweep found. Customers in sync are only counted by the run. */
export function reportView(differences: readonly ShownDifference[]): View {
  if (differences.length === 0) return 'No customer differs.';
  return [
    `${counted(differences.length, 'customer')} in the report.`,
    table(['customer', 'class', 'version', 'queued', 'details'], differences.map(shortRow)),
  ];
}

/** Shorter than in the CSV: `4 of 5` means version 4 of commercetools' version 5 was written. */
function shortRow(difference: ShownDifference) {
  const { id, class: found, sourceVersion, writtenVersion = 0, queued, username, code } = difference;
  const version =
    sourceVersion === undefined ? writtenVersion || '' : `${writtenVersion} of ${sourceVersion}`;
  const details = [
    fieldsText(difference),
    code,
    username === id ? undefined : username && `Fluent username ${username}`,
  ];
  return [id, found, String(version), queued ? 'yes' : '', details.filter(Boolean).join('; ')];
}

/** RFC 4180. A cell that a spreadsheet would run as a formula begins with an apostrophe. */
export async function reportCsv(differences: readonly ShownDifference[]): Promise<string> {
  const { stringify } = await import('csv-stringify/sync');
  const rows = differences.map((difference) => ({
    customer: difference.id,
    class: difference.class,
    'source version': difference.sourceVersion,
    'written version': difference.writtenVersion,
    fields: fieldsText(difference),
    note: [difference.code, difference.username && `username ${difference.username}`]
      .filter(Boolean)
      .join(' '),
    queued: difference.queued ? 'yes' : '',
  }));
  const columns = ['customer', 'class', 'source version', 'written version', 'fields', 'note', 'queued'];
  return stringify(rows, {
    ...{ header: true, columns, escape_formulas: true },
    ...{ record_delimiter: 'windows', quote_record_delimiter: true },
  });
}

function fieldsText({ fields = [] }: ShownDifference): string {
  return fields.map(({ field, changed }) => `${field} (${changed})`).join('; ');
}
