import { Argument, type Command } from 'commander';
import type { RunMode } from '../../lambdas/core/runs/run.ts';
import type { CommandGroup, Runner } from '../command-runner.ts';
import { addNotes } from '../help.ts';
import { rate } from '../option-parsers.ts';
import { planView } from '../render/render-plan.ts';
import { notAtSource, runView } from '../render/render-run.ts';
import { facts } from '../render/view.ts';
import { readReport } from '../runs/read-report.ts';
import { addRunOptions, type RunFlags, rateOption, runOptionsOf, waitOption } from '../runs/run-flags.ts';
import { runIdOf } from '../runs/run-id.ts';
import { outcomeOfRun, waitForRun } from '../runs/wait-for-run.ts';
import { addRunQueries } from './run-queries.ts';

/** Retries are started by `retry`, which knows the groups. */
const startable: readonly RunMode[] = ['full', 'incremental', 'ids', 'reconcile', 'sweep'];
const modeArgument = () => new Argument('<mode>', 'mode of the run').choices(startable);

/** `run ...`: operations over many customers. */
export const addRunCommands: CommandGroup = (program, runner) => {
  const run = program.command('run').description('full, incremental, ids, reconcile and sweep runs');
  addPlan(run, runner);
  addStart(run, runner);
  addRunQueries(run, runner);
  addChanges(run, runner);
  addReset(run, runner);
  addNotes(run, [
    'Instead of a run id, "last" means the newest run.',
    '',
    'Examples:',
    facts([
      ['$ connector run plan full', 'estimate a full run; start nothing'],
      ['$ connector run start full --rate 50 --wait', 'sync everything, 50 customers per second'],
      ['$ connector run start incremental --from 24h', 'sync what was modified in the last 24 hours'],
      ['$ connector run start ids --ids ID1,ID2 --force', 'write two customers again'],
      ['$ connector run throttle last 10', 'slow down the active run'],
      ['$ connector run show last --failed', 'list the customers that failed'],
      ['$ connector run report last --csv diff.csv', 'save the differences that a reconcile found'],
    ]),
  ]);
};

function addPlan(run: Command, runner: Runner): void {
  addRunOptions(
    run.command('plan').description('estimate a run; start nothing').addArgument(modeArgument()),
  ).action(
    runner<[RunMode], RunFlags>(async ({ options, show }, { args: [mode], options: flags }) => {
      const input = { handler: options.handler, mode, options: runOptionsOf(flags) };
      const { obstacles } = await show('run.plan', input, planView);
      return obstacles.length > 0 ? 'conflict' : 'ok';
    }),
  );
}

function addStart(run: Command, runner: Runner): void {
  addRunOptions(run.command('start').description('start a run').addArgument(modeArgument()))
    .addOption(rateOption())
    .addOption(waitOption())
    .action(
      runner<[RunMode], RunFlags & { wait?: boolean }>(async (session, { args: [mode], options: flags }) => {
        const { control, options, print } = session;
        const started = await control('run.start', {
          handler: options.handler,
          mode,
          options: runOptionsOf(flags),
          ratePerSecond: flags.rate,
        });
        const latest = flags.wait ? await waitForRun(session, started) : started;
        const absent =
          notAtSource(latest) === 0 ? [] : (await readReport(session, latest.id)).map(({ id }) => id);
        print({ ...latest, notInCommercetools: absent.length > 0 ? absent : undefined }, (now) => [
          runView(latest, now),
          ...absent.map((id) => `  not in commercetools: ${id}`),
        ]);
        return flags.wait ? outcomeOfRun(latest) : 'ok';
      }),
    );
}

const changes = [
  ['pause', 'queue no more customers; queued ones are still processed'],
  ['resume', 'continue a paused run'],
  ['cancel', 'end a run for good; queued customers are still processed'],
] as const;

function addChanges(run: Command, runner: Runner): void {
  for (const [verb, description] of changes) {
    run
      .command(verb)
      .description(description)
      .argument('<run>', 'run id, or last')
      .action(
        runner<[string], object>(async (session, { args: [reference] }) => {
          await session.show(`run.${verb}`, { runId: await runIdOf(session, reference) }, runView);
        }),
      );
  }
  run
    .command('throttle')
    .description('change the speed of an active run')
    .argument('<run>', 'run id, or last')
    .argument('<rate>', 'customers per second, or none', (text) => (text === 'none' ? undefined : rate(text)))
    .action(
      runner<[string, number | undefined], object>(async (session, { args: [reference, ratePerSecond] }) => {
        const runId = await runIdOf(session, reference);
        await session.show('run.throttle', { runId, ratePerSecond }, runView);
      }),
    );
}

function addReset(run: Command, runner: Runner): void {
  run
    .command('reset')
    .description('delete the watermarks of the handler, so that the next incremental run is a full one')
    .action(
      runner<[], object>(async ({ options, show }) => {
        await show('watermark.clear', { handler: options.handler }, ({ cleared }) => [
          cleared.length === 0 ? 'There were no watermarks.' : `Watermarks deleted: ${cleared.join(', ')}.`,
          'The next incremental run is a full one, and the next reconcile compares all customers. Nothing was started.',
        ]);
      }),
    );
}
