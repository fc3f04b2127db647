import { Option } from 'commander';
import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { allPages } from '../all-pages.ts';
import { usageError } from '../cli-error.ts';
import type { CommandGroup } from '../command-runner.ts';
import { addNotes } from '../help.ts';
import { ids } from '../option-parsers.ts';
import { failedCustomersView, failureGroupsView, retryView } from '../render/render-failures.ts';
import { runView } from '../render/render-run.ts';
import { rateOption, waitOption } from '../runs/run-flags.ts';
import { outcomeOfRun, waitForRun } from '../runs/wait-for-run.ts';
import type { Session } from '../session.ts';

interface RetryFlags {
  readonly group?: string;
  readonly ids?: string[];
  readonly preview?: boolean;
  readonly rate?: number;
  readonly wait?: boolean;
}

/** `failures` and `retry`. */
export const addFailureCommands: CommandGroup = (program, runner) => {
  program
    .command('failures')
    .description('list failures by cause; with a group, its customers')
    .argument('[group]', 'a group of the list')
    .action(
      runner<[string | undefined], object>(async (session, { args: [group] }) => {
        if (group === undefined) {
          const { handler } = session.options;
          await session.show('failure.groups', { handler }, ({ groups }) => failureGroupsView(groups));
        } else {
          const items = await readItems(session, group);
          session.print({ group, items }, () => failedCustomersView(items));
        }
      }),
    );
  const retry = program
    .command('retry')
    .description('retry failed customers: a whole group, or single ones')
    .option('--group <group>', 'a group of "connector failures"')
    .addOption(new Option('--ids <ids...>', 'customers').argParser(ids))
    .option('--preview', 'count the customers and change nothing')
    .addOption(rateOption())
    .addOption(waitOption())
    .action(
      runner<[], RetryFlags>(async (session, { options: flags }) => {
        const { control, options, print } = session;
        if ((flags.group === undefined) === (flags.ids === undefined)) {
          throw usageError('Give either --group GROUP or --ids ID... "connector failures" lists the groups.');
        }
        const answer = await control('failure.retry', {
          handler: options.handler,
          preview: flags.preview === true,
          group: flags.group,
          ids: flags.ids,
          ratePerSecond: flags.rate,
        });
        if (!flags.wait || !answer.run) {
          print(answer, () => retryView(answer));
          return 'ok';
        }
        const run = await waitForRun(session, answer.run);
        print({ ...answer, run }, (now) => runView(run, now));
        return outcomeOfRun(run);
      }),
    );
  addNotes(retry, [
    'Examples:',
    '  $ connector failures',
    '  $ connector retry --group customer:EMAIL_TOO_LONG:email --preview',
    '  $ connector retry --group customer:EMAIL_TOO_LONG:email --rate 5 --wait',
  ]);
};

function readItems(
  { control, options: { handler } }: Pick<Session, 'control' | 'options'>,
  group: string,
): Promise<OperationOutput<'failure.items'>['items']> {
  return allPages(
    (cursor) => control('failure.items', { handler, group, limit: 300, cursor }),
    ({ items }) => items,
  );
}
