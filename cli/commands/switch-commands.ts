import { Argument } from 'commander';
import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import type { CommandGroup } from '../action.ts';
import { handlerView } from '../render/render-status.ts';
import { timeAgo } from '../render/values.ts';

/** `pause`, `resume`, `mode` of a handler; `stop`, `start` of real-time sync. */
export const addSwitchCommands: CommandGroup = (program, runner) => {
  const switches = [
    ['pause', 'take nothing from a handler’s queue; changes wait there, nothing is lost'],
    ['resume', 'go on after pause: one work item per customer, the newest version'],
  ] as const;
  for (const [verb, description] of switches) {
    program
      .command(verb)
      .description(description)
      .argument('[handler]', 'which handler (default: that of --handler)')
      .action(
        runner<[string | undefined], object>(
          async ({ control, options, print, shell }, { args: [named] }) => {
            const handler = await control(`handler.${verb}`, { handler: named ?? options.handler });
            print(handler, () => handlerView(handler, shell.now()));
            return 'ok';
          },
        ),
      );
  }
  program
    .command('mode')
    .description('prepare: record changes and send nothing until "connector process"; process: send at once')
    .addArgument(new Argument('<mode>').choices(['prepare', 'process']))
    .action(
      runner<['prepare' | 'process'], object>(
        async ({ control, options, print, shell }, { args: [mode] }) => {
          const handler = await control('handler.mode', { handler: options.handler, mode });
          print(handler, () => handlerView(handler, shell.now()));
          return 'ok';
        },
      ),
    );
  program
    .command('stop')
    .description('stop real-time sync: commercetools is not listened to; start catches up')
    .action(
      runner<[], object>(async ({ control, print, shell }) => {
        const answer = await control('intake.stop', {});
        print(answer, () => `Real-time sync is stopped since ${timeAgo(answer.stoppedSince, shell.now())}.`);
        return 'ok';
      }),
    );
  program
    .command('start')
    .description('start real-time sync again and catch up with what happened meanwhile')
    .action(
      runner<[], object>(async ({ control, print, shell }) => {
        const answer = await control('intake.start', {});
        print(answer, () => startedText(answer, shell.now()));
        return answer.note === undefined ? 'ok' : 'problem';
      }),
    );
};

function startedText(
  { stoppedSince, catchUpRunIds, replay, note }: OperationOutput<'intake.start'>,
  now: number,
): string {
  const since = timeAgo(stoppedSince, now);
  return [
    since === undefined
      ? 'Real-time sync is on; it was not stopped.'
      : `Real-time sync is on again; it was stopped ${since}.`,
    ...catchUpRunIds.map((runId) => `  run ${runId} catches up: connector run show ${runId} --wait`),
    ...(replay === undefined ? [] : [`  and a replay of the archive, for deletes and erasures: ${replay}`]),
    ...(note === undefined ? [] : [`  ${note}`]),
  ].join('\n');
}
