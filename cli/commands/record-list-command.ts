import type { OperationInput } from '../../lambdas/control/api/control-api.ts';
import type { CommandGroup } from '../action.ts';
import { recordsText, type ShownRecord } from '../render/render-records.ts';
import type { Session } from '../session.ts';

type Class = OperationInput<'record.list'>['class'];

interface Flags {
  readonly skipped?: boolean;
  readonly recorded?: boolean;
}

/** `records`: single customers that somebody has a hand on. */
export const addRecordListCommand: CommandGroup = (program, runner) => {
  program
    .command('records')
    .description(
      'customers that are taken out by "skip", or recorded in prepare mode; without an option: both',
    )
    .option('--skipped', 'those taken out')
    .option('--recorded', 'those recorded')
    .action(
      runner<[], Flags>(async (session, { options: flags }) => {
        const wantsAll = !flags.skipped && !flags.recorded;
        const lists = {
          ...((flags.skipped || wantsAll) && { skipped: await readRecords(session, 'skipped') }),
          ...((flags.recorded || wantsAll) && { recorded: await readRecords(session, 'recorded') }),
        };
        session.print(lists, () => recordsText(lists, session.shell.now()));
        return 'ok';
      }),
    );
};

async function readRecords(
  { control, options: { handler } }: Pick<Session, 'control' | 'options'>,
  of: Class,
): Promise<readonly ShownRecord[]> {
  const records: ShownRecord[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await control('record.list', {
      ...{ handler, class: of, limit: 1_000 },
      ...(cursor !== undefined && { cursor }),
    });
    records.push(...page.records);
    if (page.next === undefined) return records;
    cursor = page.next;
  }
}
