import { Option } from 'commander';
import type { OperationInput } from '../../lambdas/control/api/control-api.ts';
import { resourceId } from '../../lambdas/core/delivery/notification.ts';
import { usageError } from '../cli-error.ts';
import type { CommandGroup } from '../command-runner.ts';
import { filterByHandler } from '../handler-filter.ts';
import { addNotes } from '../help.ts';
import { explainView } from '../render/render-explain.ts';
import { statusView } from '../render/render-status.ts';

type Subject = OperationInput<'explain'>['subject'];
const kinds = ['id', 'email', 'key'] as const;
type Kind = (typeof kinds)[number];

/** `status` and `explain`. */
export const addStatusCommands: CommandGroup = (program, runner) => {
  program
    .command('status')
    .description('overview: sync, handlers, breaker, failures, subscription, queues')
    .action(
      runner<[], object>(async (session) => {
        const answer = await session.control('status', {});
        const status = { ...answer, handlers: filterByHandler(session, answer.handlers) };
        session.print(status, (now) => statusView(status, now));
      }),
    );
  const explain = program
    .command('explain')
    .description('explain why a customer is, or is not, in Fluent')
    .argument('<customer>', 'id, e-mail or key in commercetools')
    .addOption(new Option('--by <kind>', 'read the argument as this instead of guessing').choices(kinds))
    .action(
      runner<[string], { by?: Kind }>(async ({ options, show }, { args: [text], options: { by } }) => {
        const values = options.plain ? 'plain' : 'masked';
        const subject = subjectOf(text, by);
        await show('explain', { handler: options.handler, subject, values }, explainView);
      }),
    );
  addNotes(explain, [
    'Values are masked (j***@e***). --plain shows them.',
    '',
    'Examples:',
    '  $ connector explain 3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f',
    '  $ connector explain jane@example.com',
    '  $ connector explain customer-1042 --json',
  ]);
};

/** A key can look like an id, which is why `--by` exists. Throws CliError. */
function subjectOf(text: string, by: Kind = kindOf(text)): Subject {
  if (by === 'email') return { email: text };
  if (by === 'key') return { key: text };
  if (resourceId.safeParse(text).success) return { id: text };
  throw usageError(`"${text.slice(0, 60)}" is not a commercetools id.`);
}

function kindOf(text: string): Kind {
  if (text.includes('@')) return 'email';
  return resourceId.safeParse(text).success ? 'id' : 'key';
}
