import { Argument, type Command, Option } from 'commander';
import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { type DifferenceClass, differenceClass } from '../../lambdas/core/runs/difference.ts';
import { type RunMode, type RunStatus, runStatuses } from '../../lambdas/core/runs/run.ts';
import type { CommandGroup, Runner } from '../action.ts';
import { rate, runCursor, wholeNumber } from '../arguments.ts';
import { readReport } from '../read-report.ts';
import { planText } from '../render/render-plan.ts';
import { reportText } from '../render/render-report.ts';
import { failedEntriesText, notAtSource, runListText, runText } from '../render/render-run.ts';
import { runIdOf } from '../run-id.ts';
import type { Session } from '../session.ts';
import { checkReportFlags, showReport } from '../show-report.ts';
import { endingOf, waitForRun } from '../wait-for-run.ts';
import { addRunOptions, type RunFlags, rateOption, runOptionsOf } from './run-flags.ts';

/** A retry is started by `retry`, which knows the groups. */
const startable: readonly RunMode[] = ['full', 'incremental', 'ids', 'reconcile', 'sweep'];
const modeArgument = () => new Argument('<mode>', 'what kind of run').choices(startable);

/** `run ...`: passes over many customers. */
export const addRunCommands: CommandGroup = (program, runner) => {
  const run = program
    .command('run')
    .description('full, incremental, ids, reconcile and sweep runs')
    .addHelpText(
      'after',
      `
A run id can be written as "last", the newest run.

Examples:
  $ connector run plan full                       what it would take, before anything starts
  $ connector run start full --rate 50 --wait     everything, 50 customers a second, with progress
  $ connector run start incremental --from 24h
  $ connector run start ids --ids ID1,ID2 --force
  $ connector run throttle last 10                while it runs; "none" takes the throttle off
  $ connector run show last --failed              who of it failed
  $ connector run report last --csv differences.csv`,
    );
  addPlan(run, runner);
  addStart(run, runner);
  addList(run, runner);
  addReport(run, runner);
  addSteering(run, runner);
  addReset(run, runner);
};

function addPlan(run: Command, runner: Runner): void {
  addRunOptions(
    run.command('plan').description('count and estimate; starts nothing').addArgument(modeArgument()),
  ).action(
    runner<[RunMode], RunFlags>(async ({ control, options, print }, { args: [mode], options: flags }) => {
      const plan = await control('run.plan', {
        handler: options.handler,
        mode,
        options: runOptionsOf(flags),
      });
      print(plan, () => planText(plan));
      return plan.obstacles.length > 0 ? 'conflict' : 'ok';
    }),
  );
}

function addStart(run: Command, runner: Runner): void {
  addRunOptions(run.command('start').description('start a run').addArgument(modeArgument()))
    .addOption(rateOption())
    .option('--wait', 'watch it until it has ended')
    .action(
      runner<[RunMode], RunFlags & { wait?: boolean }>(async (session, { args: [mode], options: flags }) => {
        const { control, options, print, shell } = session;
        const started = await control('run.start', {
          handler: options.handler,
          mode,
          options: runOptionsOf(flags),
          ...(flags.rate !== undefined && { ratePerSecond: flags.rate }),
        });
        const seen = flags.wait ? await waitForRun(session, started) : started;
        const absent =
          notAtSource(seen) === 0 ? [] : (await readReport(session, seen.id)).map(({ id }) => id);
        const missed = absent.length === 0 ? {} : { notInCommercetools: absent };
        const named = absent.map((id) => `\n  not in commercetools: ${id}`).join('');
        print({ ...seen, ...missed }, () => runText(seen, shell.now()) + named);
        return flags.wait ? endingOf(seen) : 'ok';
      }),
    );
}

function addList(run: Command, runner: Runner): void {
  run
    .command('list')
    .description('the newest runs; history is kept for a year')
    .option('--limit <n>', 'how many', wholeNumber(1, 100), 20)
    .addOption(new Option('--cursor <next>', 'go on where a list ended').argParser(runCursor))
    .option('--all', 'of all handlers')
    .addOption(new Option('--status <status>', 'only these').choices(runStatuses))
    .action(
      runner<[], { limit: number; cursor?: string; all?: boolean; status?: RunStatus }>(
        async ({ control, options, print }, { options: { limit, cursor, all, status } }) => {
          const answer = await control('run.list', {
            limit,
            ...(!all && { handler: options.handler }),
            ...(status && { status }),
            ...(cursor !== undefined && { cursor }),
          });
          const more = answer.next === undefined ? '' : `\n  more: --cursor ${answer.next}`;
          const none =
            status && answer.runs.length === 0 ? `None of those looked through is ${status}.` : undefined;
          print(answer, () => (none ?? runListText(answer.runs)) + more);
          return 'ok';
        },
      ),
    );
  run
    .command('show')
    .description('where a run stands; its counters are exact at every moment')
    .argument('<run>', 'id, or last')
    .option('--wait', 'watch it until it has ended')
    .option('--failed', 'and who of it failed')
    .action(
      runner<[string], { wait?: boolean; failed?: boolean }>(
        async (session, { args: [reference], options }) => {
          const { wait, failed } = options;
          const shown = await session.control('run.show', { runId: await runIdOf(session, reference) });
          const seen = wait ? await waitForRun(session, shown) : shown;
          const entries = failed ? await readFailed(session, seen.id) : undefined;
          const list = entries ? `\n\n${failedEntriesText(entries)}` : '';
          session.print(
            { ...seen, ...(entries && { failedEntries: entries }) },
            () => runText(seen, session.shell.now()) + list,
          );
          return wait ? endingOf(seen) : 'ok';
        },
      ),
    );
}

async function readFailed({ control }: Pick<Session, 'control'>, runId: string) {
  const entries: OperationOutput<'run.entries'>['entries'] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await control('run.entries', {
      ...{ runId, outcome: 'failed' as const, limit: 1_000 },
      ...(cursor !== undefined && { cursor }),
    });
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    cursor = page.next;
  }
}

/** `run reset`: what a run has seen is forgotten. */
function addReset(run: Command, runner: Runner): void {
  run
    .command('reset')
    .description('forget up to where runs have seen commercetools: the next incremental run is full')
    .action(
      runner<[], object>(async ({ control, options, print }) => {
        const answer = await control('watermark.clear', { handler: options.handler });
        const next =
          'The next incremental run is full, the next reconcile goes over everybody. Nothing was started.';
        const forgotten =
          answer.cleared.length === 0
            ? 'There was none to forget.'
            : `Forgotten: ${answer.cleared.join(', ')}.`;
        print(answer, () => `${forgotten} ${next}`);
        return 'ok';
      }),
    );
}

function addReport(run: Command, runner: Runner): void {
  run
    .command('report')
    .description('what a reconcile or sweep found, customer by customer')
    .argument('<run>', 'id, or last')
    .addOption(new Option('--class <class>', 'only these').choices(differenceClass.options))
    .option('--csv <file>', 'as CSV into a file; - is standard output')
    .action(
      runner<[string], { class?: DifferenceClass; csv?: string }>(
        async (session, { args: [reference], options: flags }) => {
          await checkReportFlags(session, flags.csv);
          const runId = await runIdOf(session, reference);
          const differences = await readReport(session, runId, flags.class);
          const answer = { runId, differences };
          await showReport(session, { answer, differences, text: () => reportText(differences) }, flags.csv);
          return 'ok';
        },
      ),
    );
}

const steering = [
  ['pause', 'stop feeding; what is queued is still worked off'],
  ['resume', 'go on where it was paused'],
  ['cancel', 'end it for good; what is queued is still worked off'],
] as const;

function addSteering(run: Command, runner: Runner): void {
  for (const [verb, description] of steering) {
    run
      .command(verb)
      .description(description)
      .argument('<run>', 'id, or last')
      .action(
        runner<[string], object>(async (session, { args: [reference] }) => {
          const runId = await runIdOf(session, reference);
          const changed = await session.control(`run.${verb}`, { runId });
          session.print(changed, () => runText(changed, session.shell.now()));
          return 'ok';
        }),
      );
  }
  run
    .command('throttle')
    .description('change the speed of a run while it runs')
    .argument('<run>', 'id, or last')
    .argument('<rate>', 'customers a second, or none', (text) => (text === 'none' ? undefined : rate(text)))
    .action(
      runner<[string, number | undefined], object>(async (session, { args: [reference, ratePerSecond] }) => {
        const runId = await runIdOf(session, reference);
        const changed = await session.control('run.throttle', {
          runId,
          ...(ratePerSecond !== undefined && { ratePerSecond }),
        });
        session.print(changed, () => runText(changed, session.shell.now()));
        return 'ok';
      }),
    );
}
