import { type DeadLetter, madeGoodBy } from '../../../../lambdas/core/delivery/dead-letter.ts';
import type { Run } from '../../../../lambdas/core/runs/run.ts';
import { short } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import type { Beside } from '../world/beside.ts';
import { HANDLER_ID } from '../world/beside.ts';
import { PROJECT, type World } from '../world/world.ts';

/** I4 after every failure was retried: only failures of excluded customers remain, and no copy of a retried one. */
export async function checkRetried(world: World, beside: Beside): Promise<void> {
  const violate = (what: string) => world.sim.violate(new Violation('I4', what));
  const scope = { handlerId: HANDLER_ID, projectKey: PROJECT };
  const rows = world.rowsById();
  const shown = new Set<string>();
  for (const { group } of await world.stores.failures.groups(scope)) {
    const { items } = await world.stores.failures.items(scope, { group, limit: 1_000 });
    for (const { id, code } of items) {
      shown.add(`${code} ${id}`);
      if (rows.get(id)?.failure?.code !== code)
        violate(`${short(id)}: a failure ${code} that is not in the row`);
      else if (rows.get(id)?.isSkipped !== true) violate(`${short(id)}: ${code} remains after a retry`);
    }
  }
  for (const [id, { failure }] of rows)
    if (failure && !shown.has(`${failure.code} ${id}`))
      violate(`${short(id)}: failed with ${failure.code}, but not in any group`);
  // Another consumer that has received the message returns it afterwards.
  if (world.sim.faults.hits.has('copies in-hand')) return;
  for (const run of await beside.runs())
    if (run.mode === 'retry' && run.status === 'finished')
      for (const resource of await copiesOf(world, run))
        violate(`${resource}: a copy remains although it was retried`);
}

/** Resources with a dead-letter copy from before the run, which the run has retried. */
async function copiesOf(world: World, run: Run): Promise<readonly string[]> {
  const { code, stores } = world;
  const [copies = []] = world.deadLetterPlaces()[`handler/${HANDLER_ID}`] ?? [];
  const before = copies
    .filter(({ sentAt }) => sentAt < run.createdAt - 30_000)
    .flatMap(({ body }): DeadLetter | readonly DeadLetter[] => code.readDeadLetter(body) ?? []);
  const found: string[] = [];
  for (let page = 1; page <= run.cursor.page; page++) {
    const { entries } = (await stores.runs.planned(run.id, page)) ?? { entries: [] };
    const changes = new Map(
      entries.map((one) => [code.groupId({ resource: { typeId: 'customer', id: one.id } }), one]),
    );
    found.push(...before.filter(madeGoodBy(changes)).map(({ resource }) => resource));
  }
  return found;
}
