import type { OperationInput } from '../../lambdas/control/api/control-api.ts';
import { allPages } from '../all-pages.ts';
import type { CommandGroup } from '../command-runner.ts';
import { recordsView, type ShownRecord } from '../render/render-records.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly skipped?: boolean;
  readonly recorded?: boolean;
}

/** `records`: excluded customers, and changes recorded in Prepare mode. */
export const addRecordListCommand: CommandGroup = (program, runner) => {
  program
    .command('records')
    .description('list customers excluded by "skip" and changes recorded in Prepare mode')
    .option('--skipped', 'only excluded customers')
    .option('--recorded', 'only recorded changes')
    .action(
      runner<[], Flags>(async (session, { options: flags }) => {
        const wantsAll = !flags.skipped && !flags.recorded;
        const lists = {
          ...((flags.skipped || wantsAll) && { skipped: await readRecords(session, 'skipped') }),
          ...((flags.recorded || wantsAll) && { recorded: await readRecords(session, 'recorded') }),
        };
        session.print(lists, (now) => recordsView(lists, now));
      }),
    );
};

function readRecords(
  { control, options: { handler } }: Pick<Session, 'control' | 'options'>,
  ofClass: OperationInput<'record.list'>['class'],
): Promise<ShownRecord[]> {
  return allPages(
    (cursor) => control('record.list', { handler, class: ofClass, limit: 1_000, cursor }),
    ({ records }) => records,
  );
}
