import { Argument } from 'commander';
import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import type { CommandGroup } from '../command-runner.ts';
import { handlerView } from '../render/render-status.ts';
import { timeAgo } from '../render/values.ts';
import type { View } from '../render/view.ts';

/** `pause`, `resume` and `mode` of a handler; `stop` and `start` of real-time sync. */
export const addSwitchCommands: CommandGroup = (program, runner) => {
  const switches = [
    ['pause', 'stop consuming the queue of a handler; changes wait there, none is lost'],
    ['resume', 'consume the queue again; each customer is synced once, to its newest version'],
  ] as const;
  for (const [verb, description] of switches) {
    program
      .command(verb)
      .description(description)
      .argument('[handler]', 'handler (default: the one of --handler)')
      .action(
        runner<[string | undefined], object>(async ({ options, show }, { args: [named] }) => {
          await show(`handler.${verb}`, { handler: named ?? options.handler }, handlerView);
        }),
      );
  }
  program
    .command('mode')
    .description(
      'prepare: record changes until "connector process" sends them. process: send changes at once',
    )
    .addArgument(new Argument('<mode>', 'mode of the handler').choices(['prepare', 'process']))
    .action(
      runner<['prepare' | 'process'], object>(async ({ options, show }, { args: [mode] }) => {
        await show('handler.mode', { handler: options.handler, mode }, handlerView);
      }),
    );
  program
    .command('stop')
    .description('stop real-time sync: notifications of commercetools are not taken in')
    .action(
      runner<[], object>(async ({ show }) => {
        await show(
          'intake.stop',
          {},
          ({ stoppedSince }, now) => `Real-time sync is stopped since ${timeAgo(stoppedSince, now)}.`,
        );
      }),
    );
  program
    .command('start')
    .description('start real-time sync again and catch up on the changes since the stop')
    .action(
      runner<[], object>(async ({ show }) => {
        const { note } = await show('intake.start', {}, startedView);
        return note === undefined ? 'ok' : 'problem';
      }),
    );
};

function startedView(
  { stoppedSince, catchUpRunIds, replay, note }: OperationOutput<'intake.start'>,
  now: number,
): View {
  const since = timeAgo(stoppedSince, now);
  return [
    since === undefined
      ? 'Real-time sync is on. It was not stopped.'
      : `Real-time sync is on again. It was stopped ${since}.`,
    ...catchUpRunIds.map((runId) => `  Run ${runId} catches up: connector run show ${runId} --wait`),
    replay && `  Replay ${replay} of the archive brings deletes and erasures.`,
    note && `  ${note}`,
  ];
}
