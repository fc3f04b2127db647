import { CliError } from '../cli-error.ts';
import type { CommandGroup } from '../command-runner.ts';
import { confirm } from '../confirm.ts';
import { queuesView } from '../render/render-queues.ts';
import { counted } from '../render/values.ts';
import type { Session } from '../session.ts';

const SUFFIX = '/dead-letters';

async function checkExists({ control }: Session, queue: string): Promise<void> {
  const names = (await control('queue.list', {})).queues.map(({ name }) => name);
  if (names.includes(queue)) return;
  const message = `Queue "${queue}" does not exist. The queues are: ${names.join(', ')}.`;
  throw new CliError({ kind: 'not-found', code: 'QUEUE_UNKNOWN' }, message);
}

/** `queues` and `redrive`. */
export const addQueueCommands: CommandGroup = (program, runner) => {
  const queues = program
    .command('queues')
    .description('count the messages in every queue and dead-letter queue')
    .action(
      runner<[], object>(async ({ show }) => {
        await show('queue.list', {}, (answer) => queuesView(answer.queues));
      }),
    );
  queues
    .command('purge')
    .description('delete all messages in a queue')
    .argument('<queue>', 'name in "connector queues", for example handler/customer/dead-letters')
    .option('--yes', 'do not ask for confirmation')
    .action(
      runner<[string], { yes?: boolean }>(async (session, { args: [queue], options: { yes } }) => {
        await confirm(session, {
          consequence: `This deletes all messages in the queue "${queue}". It cannot be undone. Only a reconcile finds the lost changes.`,
          word: queue,
          isAgreed: yes,
          check: () => checkExists(session, queue),
        });
        const text = `Queue ${queue} will be empty within a minute.`;
        await session.show('queue.purge', { queue, confirm: queue }, ({ note }) => note ?? text);
      }),
    );
  queues
    .command('restart')
    .description('disable and enable the event source mapping of a handler')
    .argument('[handler]', 'handler (default: the one of --handler)')
    .action(
      runner<[string | undefined], object>(async ({ options, show }, { args: [named] }) => {
        const handler = named ?? options.handler;
        const text = `Handler ${handler} consumes its queue again.`;
        await show('queue.restart', { handler }, ({ note }) => note ?? text);
      }),
    );
  program
    .command('redrive')
    .description('move all messages of a dead-letter queue back to their queue')
    .argument('<queue>', 'the queue or its dead-letter queue, as in "connector queues"')
    .action(
      runner<[string], object>(async ({ show }, { args: [queue] }) => {
        const home = queue.endsWith(SUFFIX) ? queue.slice(0, -SUFFIX.length) : queue;
        const text = (messages: number) => `Moving ${counted(messages, 'message')} back to ${home}.`;
        await show('queue.redrive', { queue: `${home}${SUFFIX}` }, ({ messages }) => text(messages));
      }),
    );
};
