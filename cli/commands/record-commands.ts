import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import type { CommandGroup } from '../command-runner.ts';
import { id, ids } from '../option-parsers.ts';
import { counted } from '../render/values.ts';
import type { View } from '../render/view.ts';
import type { Session } from '../session.ts';
import { addErase } from './erase-command.ts';

/** Most ids that one operation takes. */
const MAX_IDS = 100;

/** `process`, `skip`, `link` and `erase`: single customers. */
export const addRecordCommands: CommandGroup = (program, runner) => {
  program
    .command('process')
    .description(
      'send recorded changes and include excluded customers again; without ids: all recorded changes',
    )
    .argument('[ids...]', 'customers', ids)
    .action(
      runner<[string[] | undefined], object>(async (session, { args: [given = []] }) => {
        const answer = given.length === 0 ? await processAll(session) : await processNamed(session, given);
        session.print(answer, () => processedView(answer));
        return answer.unknown ? 'problem' : 'ok';
      }),
    );
  program
    .command('skip')
    .description('exclude customers: their changes are skipped until "connector process ID"')
    .argument('<ids...>', 'customers', ids)
    .action(
      runner<[string[]], object>(async ({ control, options: { handler }, print }, { args: [given] }) => {
        let skipped = 0;
        for (const part of chunks(given))
          skipped += (await control('record.skip', { handler, ids: part })).skipped;
        print({ skipped }, () => `${counted(skipped, 'customer')} excluded.`);
      }),
    );
  program
    .command('link')
    .description('set the Fluent customer that a commercetools customer is written to')
    .argument('<id>', 'customer in commercetools', id)
    .argument('<username>', 'username of the customer in Fluent')
    .action(
      runner<[string, string], object>(async ({ options, show }, { args: [customer, username] }) => {
        const text = `Customer ${customer} is linked to Fluent username ${username}.`;
        const input = { handler: options.handler, id: customer, username };
        await show('record.link', input, ({ note }) => note ?? text);
      }),
    );
  addErase(program, runner);
};

type Processed = OperationOutput<'record.process'>;

/** One invocation sends some thousands; repeats until nothing is left or nothing more can be sent. */
async function processAll({ control, options: { handler }, remark, shell }: Session): Promise<Processed> {
  let sent = 0;
  for (;;) {
    const answer = await control('record.process', { handler });
    sent += answer.sent;
    if (answer.left === 0 || answer.sent === 0 || shell.interrupted.aborted)
      return { sent, left: answer.left };
    remark(`${counted(sent, 'customer')} sent, ${answer.left} left`);
  }
}

async function processNamed(
  { control, options: { handler } }: Session,
  given: readonly string[],
): Promise<Processed> {
  let answer: Processed = { sent: 0, left: 0 };
  for (const part of chunks(given)) {
    const { sent, left, unknown } = await control('record.process', { handler, ids: part });
    const all = [...(answer.unknown ?? []), ...(unknown ?? [])];
    answer = { sent: answer.sent + sent, left, ...(all.length > 0 && { unknown: all }) };
  }
  return answer;
}

function processedView({ sent, left, unknown }: Processed): View {
  const done = `${counted(sent, 'customer')} sent. ${counted(left, 'recorded change')} left.`;
  if (!unknown) return done;
  return [done, `Not sent, because they are neither recorded nor excluded: ${unknown.join(', ')}`];
}

function chunks(all: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(all.length / MAX_IDS) }, (_, index) =>
    all.slice(index * MAX_IDS, (index + 1) * MAX_IDS),
  );
}
