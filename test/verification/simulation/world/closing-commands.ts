import { type Beside, HANDLER_ID } from './beside.ts';
import { PROJECT, type World } from './world.ts';

/** A cause of failures of a customer that is not excluded. */
export async function nextToRetry(world: World): Promise<string | undefined> {
  const scope = { handlerId: HANDLER_ID, projectKey: PROJECT };
  for (const { group } of await world.stores.failures.groups(scope)) {
    const { items } = await world.stores.failures.items(scope, { group, limit: 1_000 });
    if (items.some(({ id, kind }) => kind === 'DELETE' || world.rowsById().get(id)?.isSkipped !== true))
      return group;
  }
  return undefined;
}

/** Links that were refused or not answered, for example because a list did not have the customer yet or the token had expired. */
export function linksToRepeat(world: World, beside: Beside): Readonly<Record<string, unknown>>[] {
  const rows = world.rowsById();
  return world.plan.changes.flatMap((change) => {
    if (change.kind !== 'operate' || change.operation !== 'record.link') return [];
    const row = rows.get(String(change.input['id']));
    return row?.status === 'live' && !beside.wasDone(change) ? [change.input] : [];
  });
}
