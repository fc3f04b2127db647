import { timeUuid } from '../../core/base/uuid.ts';
import { madeGoodBy } from '../../core/delivery/dead-letter.ts';
import { type FailureGroup, failureGroup, fieldOfGroup } from '../../core/delivery/failure.ts';
import { classOfFailure } from '../../core/delivery/failure-classes.ts';
import type { Change } from '../../core/delivery/pending-change.ts';
import { groupId } from '../../core/delivery/resource-event.ts';
import { invalid, notFound } from '../../core/operations/control-error.ts';
import { remedyFor } from '../../core/operations/failure-causes.ts';
import type { Run } from '../../core/runs/run.ts';
import { startRun } from '../../runtime/runs/start-run.ts';
import { knownHandler, scopeOf } from '../known-handler.ts';
import type { OperationOutput } from '../operations.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { rowsOf } from '../rows-of.ts';
import { queueUnreachable, type RequestedEvent, sendEvents } from '../send-events.ts';
import { showRun } from '../shown-run.ts';

/** Copies in a dead-letter queue that are looked at for those of some ids. */
const MOST_COPIES = 1_000;
const ITEMS_A_PAGE = 300;

export const failureOperations: OperationsOf<'failure.groups' | 'failure.items' | 'failure.retry'> = {
  'failure.groups': async (ports, { handler }) => {
    const groups = await ports.failures.groups(scopeOf(ports, handler));
    const newestFirst = groups.toSorted((a, b) => b.lastSeen - a.lastSeen);
    return { groups: newestFirst.map(shownGroup) };
  },

  'failure.items': async (ports, { handler, group, limit, cursor }) => {
    await knownGroup(ports, handler, group);
    const { items, next } = await ports.failures.items(scopeOf(ports, handler), {
      ...{ group, limit },
      ...(cursor !== undefined && { after: cursor }),
    });
    return { items: [...items], ...(next !== undefined && { next }) };
  },

  'failure.retry': async (ports, { handler, group, ids, preview, ratePerSecond }, { caller }) => {
    if ((group === undefined) === (ids === undefined)) {
      throw invalid('GROUP_OR_IDS', 'Name either a group or ids, not both and not none.', 'group');
    }
    const start = (mode: 'retry' | 'ids', options: Run['options']): Promise<Run> =>
      startRun(ports, {
        ...{ handler, mode, options },
        startedBy: `operator:${caller}`,
        ...(ratePerSecond !== undefined && { ratePerSecond }),
      });
    if (group !== undefined) {
      const { count, code } = await knownGroup(ports, handler, group);
      const answer = { count, remedy: remedyFor(code) };
      if (preview) return answer;
      return { ...answer, run: await showRun(ports, await start('retry', { group })) };
    }
    const failed = await failedOf(ports, handler, ids ?? []);
    const count = failed.size;
    if (preview) return { count };
    const deletes = await deletesAmong(ports, handler, failed);
    const upserts = [...failed.keys()].filter((id) => !deletes.some((wish) => wish.id === id));
    const run = upserts.length > 0 ? await start('ids', { ids: upserts, force: true }) : undefined;
    const sent = await sendEvents(ports, handler, timeUuid(ports.clock(), ports.random), deletes);
    if (!run && sent.length === 0) throw queueUnreachable(handler);
    await removeCopies(ports, handler, [...upserts.map(newest), ...sent]);
    return { count: upserts.length + sent.length, ...(run && { run: await showRun(ports, run) }) };
  },
};

function shownGroup(group: FailureGroup): OperationOutput<'failure.groups'>['groups'][number] {
  const field = fieldOfGroup(group);
  return {
    ...group,
    class: classOfFailure(group.code),
    ...(field !== undefined && { field }),
    remedy: remedyFor(group.code),
  };
}

/** Throws not-found GROUP_UNKNOWN. */
export async function knownGroup(ports: ControlPorts, handler: string, group: string): Promise<FailureGroup> {
  const groups = await ports.failures.groups(scopeOf(ports, handler));
  const known = groups.find((each) => each.group === group);
  if (known) return known;
  throw notFound(
    'GROUP_UNKNOWN',
    'There is no such group of failures: it may have got well by itself. `failures` lists those there are.',
  );
}

/** The group by id, of those that are set aside now. Throws not-found FAILURE_UNKNOWN if none is. */
async function failedOf(
  ports: ControlPorts,
  handler: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf(ports, handler, ids);
  const failed = new Map(
    [...rows].flatMap(([id, row]) =>
      row?.failure ? [[id, failureGroup(row.failure.code, row.failure.field)] as const] : [],
    ),
  );
  if (failed.size > 0) return failed;
  throw notFound(
    'FAILURE_UNKNOWN',
    'None of these is set aside as failed. `explain` tells how each stands; `run start ids --ids <id>` sends them anyway.',
  );
}

/** Deletes are in no list of the source: a run would find them absent. Their groups' items say what they were. */
async function deletesAmong(
  ports: ControlPorts,
  handler: string,
  failed: ReadonlyMap<string, string>,
): Promise<readonly RequestedEvent[]> {
  const deletes: RequestedEvent[] = [];
  for (const group of new Set(failed.values())) {
    const wanted = new Set([...failed].flatMap(([id, of]) => (of === group ? [id] : [])));
    let after: string | undefined;
    do {
      const query = { group, limit: ITEMS_A_PAGE, ...(after !== undefined && { after }) };
      const { items, next } = await ports.failures.items(scopeOf(ports, handler), query);
      for (const item of items) {
        if (!wanted.delete(item.id) || item.kind !== 'DELETE') continue;
        const { id, version, kind, dataErasure } = item;
        deletes.push({ id, version, kind, ...(dataErasure && { dataErasure }) });
      }
      after = next;
    } while (after !== undefined && wanted.size > 0);
  }
  return deletes;
}

/** A run of ids brings what the source holds now. */
const newest = (id: string): RequestedEvent => ({ id, version: Number.MAX_SAFE_INTEGER, kind: 'UPSERT' });

/** They are tried again: their copies would make them be tried a second time at a redrive. A copy that stays does no harm. */
async function removeCopies(ports: ControlPorts, handler: string, requests: readonly RequestedEvent[]) {
  const typeId = knownHandler(ports, handler).resourceType;
  const changes = requests.map(({ id, version, kind, dataErasure }): [string, Change] => [
    groupId({ resource: { typeId, id } }),
    { version, kind, ...(dataErasure && { dataErasure }) },
  ]);
  const { copies, log } = ports;
  await copies
    .remove(`handler/${handler}`, madeGoodBy(new Map(changes)), { limit: MOST_COPIES })
    .catch((error: unknown) => {
      const errorName = error instanceof Error ? error.name : typeof error;
      log.error({ code: 'COPIES_LEFT', errorName, place: 'control failure.retry' });
    });
}
