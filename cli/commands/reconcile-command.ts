import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { hasEnded } from '../../lambdas/core/runs/run.ts';
import { usageError } from '../cli-error.ts';
import type { CommandGroup } from '../command-runner.ts';
import type { Outcome } from '../exit-codes.ts';
import { addNotes } from '../help.ts';
import { reportView } from '../render/render-report.ts';
import { countsText, noteText, reasonText, statusText, windowText } from '../render/render-run.ts';
import { count } from '../render/values.ts';
import { facts, type View } from '../render/view.ts';
import { readReport, type ShownDifference } from '../runs/read-report.ts';
import {
  compareOption,
  fromOption,
  type RunFlags,
  rateOption,
  repairOption,
  runOptionsOf,
  sinceOption,
  toOption,
} from '../runs/run-flags.ts';
import { checkReportFlags, showReport } from '../runs/show-report.ts';
import { outcomeOfRun, waitForRun } from '../runs/wait-for-run.ts';
import type { Session } from '../session.ts';

/** Earlier than any customer. */
const BEGINNING = '2000-01-01T00:00:00.000Z';

interface Flags extends RunFlags {
  readonly all?: boolean;
  readonly csv?: string;
}

/** `reconcile`: starts the run, waits for it, shows what it found. */
export const addReconcileCommand: CommandGroup = (program, runner) => {
  const reconcile = program
    .command('reconcile')
    .description('compare commercetools with the written versions or with Fluent; report and repair')
    .addOption(compareOption().default('versions'))
    .addOption(fromOption())
    .addOption(sinceOption())
    .addOption(toOption())
    .option('--all', 'all customers, whenever they were modified')
    .addOption(repairOption())
    .addOption(rateOption())
    .option('--csv <file>', 'save the report as CSV; - prints the CSV')
    .action(
      runner<[], Flags>(async (session, { options: flags }) => {
        if ([flags.since, flags.from, flags.all].filter((each) => each !== undefined).length > 1) {
          throw usageError('--from, --since and --all exclude each other. Give one of them.');
        }
        await checkReportFlags(session, flags.csv);
        const run = await waitForRun(session, await start(session, flags));
        if (!hasEnded(run.status)) return leaveRunning(session, run);
        const differences = await readReport(session, run.id);
        const summary = summaryOf(run);
        const view = () => [foundView(run, differences), ...summary];
        const report = { answer: { run, differences }, differences, view, summary };
        await showReport(session, report, flags.csv);
        return reconcileOutcome(run, differences);
      }),
    );
  addNotes(reconcile, [
    'Without --repair, nothing is changed. Without --from, --since or --all, --compare versions covers what was modified since the last reconcile without remaining differences, and --compare oms covers all customers.',
    '',
    'Classes of differences:',
    facts([
      ['source-ahead', 'commercetools is newer than what was written'],
      ['missing', 'not in Fluent'],
      ['edited', 'changed manually in Fluent since the last write (--compare oms only)'],
      ['orphan', 'in Fluent, but no longer in commercetools: only reported (--compare oms only)'],
    ]),
    '',
    'Exit code 0: no differences, or all were repaired. 10: differences remain.',
    '',
    'Examples:',
    '  $ connector reconcile --since 24h',
    '  $ connector reconcile --compare oms --csv differences.csv',
    '  $ connector reconcile --compare oms --repair missing source-ahead edited',
  ]);
};

function start({ control, options }: Session, flags: Flags): Promise<ShownRun> {
  const from = flags.all ? BEGINNING : flags.from;
  return control('run.start', {
    handler: options.handler,
    mode: 'reconcile',
    options: runOptionsOf({ ...flags, from }),
    ratePerSecond: flags.rate,
  });
}

/** An active run has no complete report: customers may still be uncompared. */
function leaveRunning({ options, print, remark }: Session, run: ShownRun): Outcome {
  if (options.json) print({ run }, () => '');
  remark(`Its report: connector run report ${run.id}`);
  return 'interrupted';
}

/** A failed or cancelled run has not compared all customers. */
function foundView({ stage }: ShownRun, differences: readonly ShownDifference[]): View {
  if (stage === 'done') return reportView(differences);
  return ['Not all customers were compared.', differences.length > 0 ? reportView(differences) : undefined];
}

function summaryOf(run: ShownRun): string[] {
  const repaired = run.planned === 0 ? '' : ` Repair: ${countsText(run.entries)}.`;
  const modified = run.window?.from === undefined ? '' : `, modified ${windowText(run.window)}`;
  const result = `${count(run.listed)} compared${modified}: ${countsText(run.classes)}.${repaired} Run ${run.id} ${statusText(run)}.`;
  return [result, reasonText(run), noteText(run)].filter((line) => line !== undefined);
}

/** As with `diff`, remaining differences have their own exit code. */
function reconcileOutcome(run: ShownRun, differences: readonly ShownDifference[]): Outcome {
  const outcome = outcomeOfRun(run);
  if (outcome !== 'ok') return outcome;
  const remains = ({ class: found, queued }: ShownDifference) => found !== 'in-sync' && !queued;
  return differences.some(remains) ? 'differences' : 'ok';
}
