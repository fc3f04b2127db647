import { Option } from 'commander';
import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import type { CommandGroup } from '../action.ts';
import { ids } from '../arguments.ts';
import { usageError } from '../cli-error.ts';
import { failedText, groupsText, retryText } from '../render/render-failures.ts';
import { runText } from '../render/render-run.ts';
import type { Session } from '../session.ts';
import { endingOf, waitForRun } from '../wait-for-run.ts';
import { rateOption } from './run-flags.ts';

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
    .description('what was set aside, by cause; with a group, customer by customer')
    .argument('[group]', 'a group of the list')
    .action(
      runner<[string | undefined], object>(async (session, { args: [group] }) => {
        const { control, options, print } = session;
        if (group === undefined) {
          const answer = await control('failure.groups', { handler: options.handler });
          print(answer, () => groupsText(answer.groups));
          return 'ok';
        }
        const items = await readItems(session, group);
        print({ group, items }, () => failedText(items));
        return 'ok';
      }),
    );
  program
    .command('retry')
    .description('try failed customers again: a whole group, or named ones')
    .option('--group <group>', 'a group of "connector failures"')
    .addOption(new Option('--ids <ids...>', 'customers').argParser(ids))
    .option('--preview', 'count them; change nothing')
    .addOption(rateOption())
    .option('--wait', 'watch it until it has ended')
    .addHelpText(
      'after',
      `
Examples:
  $ connector failures
  $ connector retry --group customer:EMAIL_TOO_LONG:email --preview
  $ connector retry --group customer:EMAIL_TOO_LONG:email --rate 5 --wait`,
    )
    .action(
      runner<[], RetryFlags>(async (session, { options: flags }) => {
        const { control, options, print, shell } = session;
        if ((flags.group === undefined) === (flags.ids === undefined)) {
          throw usageError(
            'Give --group GROUP or --ids ID..., one of them. "connector failures" lists the groups.',
          );
        }
        const answer = await control('failure.retry', {
          handler: options.handler,
          preview: flags.preview === true,
          ...(flags.group !== undefined && { group: flags.group }),
          ...(flags.ids && { ids: flags.ids }),
          ...(flags.rate !== undefined && { ratePerSecond: flags.rate }),
        });
        if (!flags.wait || !answer.run) {
          print(answer, () => retryText(answer));
          return 'ok';
        }
        const run = await waitForRun(session, answer.run);
        print({ ...answer, run }, () => runText(run, shell.now()));
        return endingOf(run);
      }),
    );
};

async function readItems(
  { control, options }: Pick<Session, 'control' | 'options'>,
  group: string,
): Promise<OperationOutput<'failure.items'>['items']> {
  const items: OperationOutput<'failure.items'>['items'] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await control('failure.items', {
      handler: options.handler,
      group,
      limit: 300,
      ...(cursor !== undefined && { cursor }),
    });
    items.push(...page.items);
    if (page.next === undefined) return items;
    cursor = page.next;
  }
}
