import type { CommandGroup } from '../action.ts';
import { CliError } from '../cli-error.ts';
import { confirm } from '../confirm.ts';
import { queuesText } from '../render/render-queues.ts';
import { counted } from '../render/values.ts';
import type { Session } from '../session.ts';

const SUFFIX = '/dead-letters';

async function checkKnown({ control }: Session, queue: string): Promise<void> {
  const names = (await control('queue.list', {})).queues.map(({ name }) => name);
  if (names.includes(queue)) return;
  const message = `There is no such queue. There are: ${names.join(', ')}.`;
  throw new CliError({ kind: 'not-found', code: 'QUEUE_UNKNOWN' }, message);
}

/** `queues` and `redrive`. */
export const addQueueCommands: CommandGroup = (program, runner) => {
  const queues = program
    .command('queues')
    .description('what stands in every queue and dead-letter queue')
    .action(
      runner<[], object>(async ({ control, print }) => {
        const answer = await control('queue.list', {});
        print(answer, () => queuesText(answer.queues));
        return 'ok';
      }),
    );
  queues
    .command('purge')
    .description('delete everything in a queue')
    .argument('<queue>', 'name of the list, for example handler/customer/dead-letters')
    .option('--yes', 'do not ask')
    .action(
      runner<[string], { yes?: boolean }>(async (session, { args: [queue], options: { yes } }) => {
        await confirm(session, {
          consequence: `This deletes everything in the queue "${queue}" for good. A reconcile finds what is lost by it.`,
          word: queue,
          isAgreed: yes,
          check: () => checkKnown(session, queue),
        });
        const answer = await session.control('queue.purge', { queue, confirm: queue });
        session.print(answer, () => answer.note ?? `Queue ${queue} is empty within a minute.`);
        return 'ok';
      }),
    );
  queues
    .command('restart')
    .description('switch a handler’s event source mapping off and on again')
    .argument('[handler]', 'which handler (default: that of --handler)')
    .action(
      runner<[string | undefined], object>(async ({ control, options, print }, { args: [named] }) => {
        const handler = named ?? options.handler;
        const answer = await control('queue.restart', { handler });
        print(answer, () => answer.note ?? `Handler ${handler} takes from its queue again.`);
        return 'ok';
      }),
    );
  program
    .command('redrive')
    .description('put everything in a dead-letter queue back where it came from')
    .argument('<queue>', 'the queue or its dead-letter queue, as in "connector queues"')
    .action(
      runner<[string], object>(async ({ control, print }, { args: [queue] }) => {
        // Either name of the pair will do: only dead letters can be given back.
        const deadLetters = queue.endsWith(SUFFIX) ? queue : `${queue}${SUFFIX}`;
        const answer = await control('queue.redrive', { queue: deadLetters });
        const home = deadLetters.slice(0, -SUFFIX.length);
        print(answer, () => `${counted(answer.messages, 'message')} on the way back to ${home}.`);
        return 'ok';
      }),
    );
};
