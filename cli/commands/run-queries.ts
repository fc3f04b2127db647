import { type Command, Option } from 'commander';
import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { type DifferenceClass, differenceClass } from '../../lambdas/core/runs/difference.ts';
import { type RunStatus, runStatuses } from '../../lambdas/core/runs/run.ts';
import { allPages } from '../all-pages.ts';
import type { Runner } from '../command-runner.ts';
import { runCursor, wholeNumber } from '../option-parsers.ts';
import { reportView } from '../render/render-report.ts';
import { failedEntriesView, runListView, runView } from '../render/render-run.ts';
import { sections } from '../render/view.ts';
import { readReport } from '../runs/read-report.ts';
import { waitOption } from '../runs/run-flags.ts';
import { runIdOf } from '../runs/run-id.ts';
import { checkReportFlags, showReport } from '../runs/show-report.ts';
import { outcomeOfRun, waitForRun } from '../runs/wait-for-run.ts';
import type { Session } from '../session.ts';

interface ListFlags {
  readonly limit: number;
  readonly cursor?: string;
  readonly all?: boolean;
  readonly status?: RunStatus;
}

/** `run list`, `run show` and `run report`. */
export function addRunQueries(run: Command, runner: Runner): void {
  run
    .command('list')
    .description('list the newest runs; they are kept for a year')
    .option('--limit <n>', 'number of runs', wholeNumber(1, 100), 20)
    .addOption(new Option('--cursor <cursor>', 'continue where a list ended').argParser(runCursor))
    .option('--all', 'runs of all handlers')
    .addOption(new Option('--status <status>', 'only runs with this status').choices(runStatuses))
    .action(
      runner<[], ListFlags>(async ({ control, options, print }, { options: flags }) => {
        const { limit, cursor, all, status } = flags;
        const { runs, next } = await control('run.list', {
          limit,
          handler: all ? undefined : options.handler,
          status,
          cursor,
        });
        const none = status && runs.length === 0;
        print({ runs, next }, () => [
          none ? `No run with status ${status} on this page.` : runListView(runs),
          next && `  Next page: --cursor ${next}`,
        ]);
      }),
    );
  run
    .command('show')
    .description('show the state and the exact counters of a run')
    .argument('<run>', 'run id, or last')
    .addOption(waitOption())
    .option('--failed', 'list the customers that failed')
    .action(
      runner<[string], { wait?: boolean; failed?: boolean }>(
        async (session, { args: [reference], options: { wait, failed } }) => {
          const shown = await session.control('run.show', { runId: await runIdOf(session, reference) });
          const latest = wait ? await waitForRun(session, shown) : shown;
          const failedEntries = failed ? await readFailed(session, latest.id) : undefined;
          session.print({ ...latest, failedEntries }, (now) =>
            sections([runView(latest, now), failedEntries && failedEntriesView(failedEntries)]),
          );
          return wait ? outcomeOfRun(latest) : 'ok';
        },
      ),
    );
  run
    .command('report')
    .description('list the differences that a reconcile or sweep found')
    .argument('<run>', 'run id, or last')
    .addOption(new Option('--class <class>', 'only this class').choices(differenceClass.options))
    .option('--csv <file>', 'save as CSV; - prints the CSV')
    .action(
      runner<[string], { class?: DifferenceClass; csv?: string }>(
        async (session, { args: [reference], options: flags }) => {
          await checkReportFlags(session, flags.csv);
          const runId = await runIdOf(session, reference);
          const differences = await readReport(session, runId, flags.class);
          const answer = { runId, differences };
          await showReport(session, { answer, differences, view: () => reportView(differences) }, flags.csv);
        },
      ),
    );
}

function readFailed(
  { control }: Pick<Session, 'control'>,
  runId: string,
): Promise<OperationOutput<'run.entries'>['entries']> {
  return allPages(
    (cursor) => control('run.entries', { runId, outcome: 'failed', limit: 1_000, cursor }),
    ({ entries }) => entries,
  );
}
