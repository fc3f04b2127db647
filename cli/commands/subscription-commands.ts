import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import type { CommandGroup } from '../command-runner.ts';
import { confirm } from '../confirm.ts';
import { subscriptionView } from '../render/render-subscription.ts';

type Health = OperationOutput<'subscription.health'>;

/** `subscription ...`: the subscription that the stack created in commercetools. */
export const addSubscriptionCommands: CommandGroup = (program, runner) => {
  const subscription = program.command('subscription').description('the subscription in commercetools');
  subscription
    .command('show')
    .description('show its version, destination and event source')
    .action(
      runner<[], object>(async ({ show }) => {
        const { exists } = await show('subscription.show', {}, subscriptionView);
        return exists ? 'ok' : 'not-found';
      }),
    );
  subscription
    .command('create')
    .description('create it again if it does not exist')
    .action(
      runner<[], object>(async ({ show }) => {
        const text = 'The subscription exists. It may take a minute until it delivers.';
        await show('subscription.create', {}, ({ note }) => note ?? text);
      }),
    );
  subscription
    .command('delete')
    .description('delete it: changes no longer reach the connector')
    .option('--yes', 'do not ask for confirmation')
    .action(
      runner<[], { yes?: boolean }>(async (session, { options: { yes } }) => {
        const { key } = await session.control('subscription.show', {});
        await confirm(session, {
          consequence: `This deletes the subscription "${key}". Changes no longer reach the connector, and only a reconcile finds them.`,
          word: key,
          isAgreed: yes,
        });
        const text = `Subscription ${key} is deleted.`;
        await session.show('subscription.delete', { confirm: key }, ({ note }) => note ?? text);
      }),
    );
  subscription
    .command('health')
    .description('ask commercetools whether it delivers')
    .action(
      runner<[], object>(async ({ show }) => {
        const text = ({ status, detail }: Health) => (detail === undefined ? status : `${status}: ${detail}`);
        const { status } = await show('subscription.health', {}, text);
        return status === 'Healthy' ? 'ok' : 'problem';
      }),
    );
};
