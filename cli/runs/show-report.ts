import { usageError } from '../cli-error.ts';
import { reportCsv } from '../render/render-report.ts';
import type { View } from '../render/view.ts';
import type { Session } from '../session.ts';
import type { ShownDifference } from './read-report.ts';

export interface Report {
  /** With --json. */
  readonly answer: object;
  readonly differences: readonly ShownDifference[];
  readonly view: () => View;
  /** Printed on standard error when the CSV goes to standard output. */
  readonly summary?: readonly string[];
}

/** Checks the flags before anything runs: one format for standard output, and a writable file. Throws CliError. */
export async function checkReportFlags(
  { options, shell }: Pick<Session, 'options' | 'shell'>,
  csvFile: string | undefined,
): Promise<void> {
  if (csvFile === '-' && options.json)
    throw usageError('--csv - and --json both print to standard output. Use one of them.');
  if (csvFile !== undefined && csvFile !== '-') await shell.checkWritable(csvFile);
}

/** Prints a report as text or JSON, and as CSV to a file. With `-` only the CSV is printed. */
export async function showReport(
  { shell, print, remark }: Session,
  { answer, differences, view, summary = [] }: Report,
  csvFile: string | undefined,
): Promise<void> {
  if (csvFile === undefined) return print(answer, view);
  const csv = await reportCsv(differences);
  if (csvFile === '-') {
    shell.out(csv);
    summary.forEach(remark);
    return;
  }
  await shell.writeFile(csvFile, csv);
  print(answer, view);
  remark(`The report is in ${csvFile}.`);
}
