import { Option } from 'commander';
import type { OperationInput } from '../../lambdas/control/api/control-api.ts';
import { resourceId } from '../../lambdas/core/delivery/notification.ts';
import type { CommandGroup } from '../action.ts';
import { usageError } from '../cli-error.ts';
import { onlyHandler } from '../only-handler.ts';
import { explainText } from '../render/render-explain.ts';
import { statusView } from '../render/render-status.ts';

type Subject = OperationInput<'explain'>['subject'];
const kinds = ['id', 'email', 'key'] as const;
type Kind = (typeof kinds)[number];

/** `status` and `explain`: look, change nothing. */
export const addStatusCommands: CommandGroup = (program, runner) => {
  program
    .command('status')
    .description('everything at one sight: sync, handlers, breaker, failures, subscription, queues')
    .action(
      runner<[], object>(async (session) => {
        const { control, print, shell } = session;
        const whole = await control('status', {});
        const status = { ...whole, handlers: onlyHandler(session, whole.handlers) };
        print(status, () => statusView(status, shell.now()));
        return 'ok';
      }),
    );
  program
    .command('explain')
    .description('why a customer is, or is not, in Fluent')
    .argument('<customer>', 'id, e-mail or key in commercetools')
    .addOption(
      new Option('--by <kind>', 'what the argument is, if it is not what it looks like').choices(kinds),
    )
    .addHelpText(
      'after',
      `
Values are masked (j***@e***); --plain shows them.

Examples:
  $ connector explain 3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f
  $ connector explain jane@example.com
  $ connector explain customer-1042 --json`,
    )
    .action(
      runner<[string], { by?: Kind }>(
        async ({ control, options, print, shell }, { args: [text], options: { by } }) => {
          const explanation = await control('explain', {
            handler: options.handler,
            subject: subjectOf(text, by),
            values: options.plain ? 'plain' : 'masked',
          });
          print(explanation, () => explainText(explanation, shell.now()));
          return 'ok';
        },
      ),
    );
};

/** What a person has at hand; a key may look like an id, hence `--by`. Throws CliError. */
export function subjectOf(text: string, by: Kind = looksLike(text)): Subject {
  if (by === 'email') return { email: text };
  if (by === 'key') return { key: text };
  if (resourceId.safeParse(text).success) return { id: text };
  throw usageError(`"${text.slice(0, 60)}" is no commercetools id.`);
}

function looksLike(text: string): Kind {
  if (text.includes('@')) return 'email';
  return resourceId.safeParse(text).success ? 'id' : 'key';
}
