import { usageError } from './cli-error.ts';
import type { ShownDifference } from './read-report.ts';
import { reportCsv } from './render/render-report.ts';
import type { Session } from './session.ts';

export interface Report {
  /** With --json. */
  readonly answer: object;
  readonly differences: readonly ShownDifference[];
  readonly text: () => string;
  /** What a person still reads when the CSV has standard output for itself. */
  readonly remark?: string;
}

/** Before anything is asked: standard output takes one form, and a file can be written. Throws CliError. */
export async function checkReportFlags(
  { options, shell }: Pick<Session, 'options' | 'shell'>,
  csvFile: string | undefined,
): Promise<void> {
  if (csvFile === '-' && options.json)
    throw usageError('--csv - and --json both want standard output: give one of them.');
  if (csvFile !== undefined && csvFile !== '-') await shell.checkWritable(csvFile);
}

/** A report as text or JSON, and as CSV into a file; `-` gives standard output to the CSV alone. */
export async function showReport(
  session: Session,
  report: Report,
  csvFile: string | undefined,
): Promise<void> {
  const { shell, print, remark } = session;
  if (csvFile === '-') {
    shell.out(reportCsv(report.differences));
    if (report.remark !== undefined) remark(report.remark);
    return;
  }
  if (csvFile !== undefined) await shell.writeFile(csvFile, reportCsv(report.differences));
  print(report.answer, report.text);
  if (csvFile !== undefined) remark(`The report is in ${csvFile}.`);
}
