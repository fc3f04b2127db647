import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { hasEnded } from '../../lambdas/core/runs/run.ts';
import type { CommandGroup } from '../action.ts';
import { usageError } from '../cli-error.ts';
import type { Ending } from '../exit-codes.ts';
import { readReport, type ShownDifference } from '../read-report.ts';
import { reportText } from '../render/render-report.ts';
import { becauseText, countsText, noteText, statusText, windowText } from '../render/render-run.ts';
import { count } from '../render/values.ts';
import type { Session } from '../session.ts';
import { checkReportFlags, showReport } from '../show-report.ts';
import { endingOf, waitForRun } from '../wait-for-run.ts';
import {
  compareOption,
  fromOption,
  type RunFlags,
  rateOption,
  repairOption,
  runOptionsOf,
  sinceOption,
  toOption,
} from './run-flags.ts';

/** Before there was any customer. */
const BEGINNING = '2000-01-01T00:00:00.000Z';

interface Flags extends RunFlags {
  readonly all?: boolean;
  readonly csv?: string;
}

/** `reconcile`: starts the run, waits, shows what it found. */
export const addReconcileCommand: CommandGroup = (program, runner) => {
  program
    .command('reconcile')
    .description(
      'compare commercetools with what was written, or with Fluent; report, and repair what is asked',
    )
    .addOption(compareOption().default('versions'))
    .addOption(fromOption())
    .addOption(sinceOption())
    .addOption(toOption())
    .option('--all', 'every customer, whenever it was modified')
    .addOption(repairOption())
    .addOption(rateOption())
    .option('--csv <file>', 'the report as CSV into a file; - is standard output')
    .addHelpText(
      'after',
      `
Reports before it repairs: without --repair nothing is changed. Without --from, --since or --all, --compare versions looks
at what was modified since the last reconcile that left nothing; --compare oms looks at everybody.

  source-ahead  commercetools is newer than what was written
  missing       not in Fluent
  edited        changed by hand in Fluent since the last write (--compare oms only)
  orphan        in Fluent, no longer in commercetools: only reported (--compare oms only)

Exit code 0: nothing differs, or all of it was repaired. 10: something differs and was left.

Examples:
  $ connector reconcile --since 24h
  $ connector reconcile --compare oms --csv differences.csv
  $ connector reconcile --compare oms --repair missing source-ahead edited`,
    )
    .action(
      runner<[], Flags>(async (session, { options: flags }) => {
        if ([flags.since, flags.from, flags.all].filter((each) => each !== undefined).length > 1) {
          throw usageError('--from, --since and --all say from when on: give one of them.');
        }
        await checkReportFlags(session, flags.csv);
        const started = await start(session, flags);
        const run = await waitForRun(session, started);
        if (!hasEnded(run.status)) return leaveRunning(session, run);
        const differences = await readReport(session, run.id);
        const text = () => `${foundText(run, differences)}\n${summary(run)}`;
        const report = { answer: { run, differences }, differences, text, remark: summary(run) };
        await showReport(session, report, flags.csv);
        return reconcileEnding(run, differences);
      }),
    );
};

function start({ control, options }: Session, flags: Flags): Promise<ShownRun> {
  const from = flags.all ? BEGINNING : flags.from;
  return control('run.start', {
    handler: options.handler,
    mode: 'reconcile',
    options: runOptionsOf({ ...flags, ...(from !== undefined && { from }) }),
    ...(flags.rate !== undefined && { ratePerSecond: flags.rate }),
  });
}

/** What has been found so far is no report: who is not in it may not have been looked at. */
function leaveRunning({ options, print, remark }: Session, run: ShownRun): Ending {
  if (options.json) print({ run }, () => '');
  remark(`What it finds: connector run report ${run.id}`);
  return 'interrupted';
}

/** A run that failed or was cancelled on its way knows nothing of the others. */
function foundText({ stage }: ShownRun, differences: readonly ShownDifference[]): string {
  if (stage === 'done') return reportText(differences);
  const found = differences.length === 0 ? '' : ` ${reportText(differences)}`;
  return `Not everybody was looked at.${found}`;
}

function summary(run: ShownRun): string {
  const repaired = run.planned === 0 ? '' : ` Repair: ${countsText(run.entries)}.`;
  const modified = run.window?.from === undefined ? '' : `, modified ${windowText(run.window)}`;
  const end = `${count(run.listed)} looked at${modified}: ${countsText(run.classes)}.${repaired} Run ${run.id} ${statusText(run)}.`;
  return [end, becauseText(run), noteText(run)].filter((line) => line !== undefined).join('\n');
}

/** As `diff` does: a difference that was left is told by the exit code. */
export function reconcileEnding(run: ShownRun, differences: readonly ShownDifference[]): Ending {
  const ending = endingOf(run);
  if (ending !== 'ok') return ending;
  const isLeft = ({ class: found, queued }: ShownDifference) => found !== 'in-sync' && !queued;
  return differences.some(isLeft) ? 'differences' : 'ok';
}
