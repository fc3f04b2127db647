import type { CommandGroup } from '../action.ts';
import { confirm } from '../confirm.ts';
import { subscriptionView } from '../render/render-subscription.ts';

/** `subscription ...`: the one that the stack made in commercetools. */
export const addSubscriptionCommands: CommandGroup = (program, runner) => {
  const subscription = program.command('subscription').description('the subscription in commercetools');
  subscription
    .command('show')
    .description('what it is and where it leads')
    .action(
      runner<[], object>(async ({ control, print }) => {
        const shown = await control('subscription.show', {});
        print(shown, () => subscriptionView(shown));
        return shown.exists ? 'ok' : 'not-found';
      }),
    );
  subscription
    .command('create')
    .description('make it again, if it is gone')
    .action(
      runner<[], object>(async ({ control, print }) => {
        const answer = await control('subscription.create', {});
        print(
          answer,
          () => answer.note ?? 'The subscription is there. It may take a minute until it delivers.',
        );
        return 'ok';
      }),
    );
  subscription
    .command('delete')
    .description('delete it: no change reaches the connector any more')
    .option('--yes', 'do not ask')
    .action(
      runner<[], { yes?: boolean }>(async (session, { options: { yes } }) => {
        const { key } = await session.control('subscription.show', {});
        await confirm(session, {
          consequence: `This deletes the subscription "${key}": no change reaches the connector then; what happens meanwhile is found by a reconcile only.`,
          word: key,
          isAgreed: yes,
        });
        const answer = await session.control('subscription.delete', { confirm: key });
        session.print(answer, () => answer.note ?? `Subscription ${key} is deleted.`);
        return 'ok';
      }),
    );
  subscription
    .command('health')
    .description('ask commercetools whether it delivers')
    .action(
      runner<[], object>(async ({ control, print }) => {
        const health = await control('subscription.health', {});
        print(health, () => [health.status, health.detail].filter(Boolean).join(': '));
        return health.status === 'Healthy' ? 'ok' : 'problem';
      }),
    );
};
