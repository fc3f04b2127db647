import { madeGoodBy } from '../../core/delivery/dead-letter.ts';
import { type FailureGroup, failureGroup, fieldOfGroup } from '../../core/delivery/failure.ts';
import { classOfFailure } from '../../core/delivery/failure-classes.ts';
import type { Change } from '../../core/delivery/pending-change.ts';
import { groupId } from '../../core/delivery/resource-event.ts';
import { invalid, notFound } from '../../core/operations/control-error.ts';
import { remedyFor } from '../../core/operations/failure-causes.ts';
import type { Run } from '../../core/runs/run.ts';
import { startRun } from '../../runtime/runs/start-run.ts';
import type { OperationOutput } from '../api/control-api.ts';
import type { failureApi } from '../api/failure-api.ts';
import {
  type HandlerScope,
  handlerScope,
  newTraceId,
  queueUnreachable,
  type RequestedEvent,
} from '../handler-scope.ts';
import { type OperationsOf, pageOf } from '../ports.ts';
import { showRun } from '../views/shown-run.ts';

/** How many copies in a dead-letter queue are searched for those of some ids. */
const MAX_COPIES = 1_000;
const ITEMS_PER_PAGE = 300;

export const failureOperations: OperationsOf<typeof failureApi> = {
  'failure.groups': async (ports, { handler }) => {
    const groups = await ports.failures.groups(handlerScope(ports, handler).partition);
    const newestFirst = groups.toSorted((a, b) => b.lastSeen - a.lastSeen);
    return { groups: newestFirst.map(shownGroup) };
  },

  'failure.items': async (ports, { handler, group, limit, cursor }) => {
    const scope = handlerScope(ports, handler);
    await knownGroup(scope, group);
    const { items, next } = await ports.failures.items(scope.partition, {
      group,
      ...pageOf({ limit, cursor }),
    });
    return { items: [...items], ...(next !== undefined && { next }) };
  },

  'failure.retry': async (ports, { handler, group, ids, preview, ratePerSecond }, caller) => {
    if ((group === undefined) === (ids === undefined)) {
      throw invalid('GROUP_OR_IDS', 'Name either a group or ids, not both.', 'group');
    }
    const scope = handlerScope(ports, handler);
    const start = (mode: 'retry' | 'ids', options: Run['options']): Promise<Run> =>
      startRun(ports, {
        ...{ handler, mode, options },
        startedBy: `operator:${caller}`,
        ...(ratePerSecond !== undefined && { ratePerSecond }),
      });
    if (group !== undefined) {
      const { count, code } = await knownGroup(scope, group);
      const answer = { count, remedy: remedyFor(code) };
      if (preview) return answer;
      return { ...answer, run: await showRun(ports, await start('retry', { group })) };
    }
    const failed = await failedAmong(scope, ids ?? []);
    if (preview) return { count: failed.size };
    const deletes = await deletesAmong(scope, failed);
    const upserts = [...failed.keys()].filter((id) => !deletes.some((request) => request.id === id));
    const run = upserts.length > 0 ? await start('ids', { ids: upserts, force: true }) : undefined;
    const sent = await scope.send(deletes, newTraceId(ports));
    if (!run && sent.length === 0) throw queueUnreachable(handler);
    await removeCopies(scope, [...upserts.map(newest), ...sent]);
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
export async function knownGroup({ ports, partition }: HandlerScope, group: string): Promise<FailureGroup> {
  const groups = await ports.failures.groups(partition);
  const known = groups.find((each) => each.group === group);
  if (known) return known;
  throw notFound(
    'GROUP_UNKNOWN',
    'This group of failures does not exist, or its last customer has recovered. `failures` lists the groups.',
  );
}

/** Id -> group of the customers that have failed. Throws not-found FAILURE_UNKNOWN if none has. */
async function failedAmong(
  { records }: HandlerScope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const failed = new Map(
    [...(await records(ids))].flatMap(([id, record]) =>
      record?.failure ? [[id, failureGroup(record.failure.code, record.failure.field)] as const] : [],
    ),
  );
  if (failed.size > 0) return failed;
  throw notFound(
    'FAILURE_UNKNOWN',
    'None of these customers has failed. `explain` shows the state of one; `run start ids --ids <id>` syncs them anyway.',
  );
}

/** A run cannot retry a delete, because commercetools lists no deleted customers. */
async function deletesAmong(
  { ports, partition }: HandlerScope,
  failed: ReadonlyMap<string, string>,
): Promise<readonly RequestedEvent[]> {
  const deletes: RequestedEvent[] = [];
  for (const group of new Set(failed.values())) {
    const wanted = new Set([...failed].flatMap(([id, of]) => (of === group ? [id] : [])));
    let after: string | undefined;
    do {
      const page = pageOf({ limit: ITEMS_PER_PAGE, cursor: after });
      const { items, next } = await ports.failures.items(partition, { group, ...page });
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

/** A run of ids brings the present version of the source. */
const newest = (id: string): RequestedEvent => ({ id, version: Number.MAX_SAFE_INTEGER, kind: 'UPSERT' });

/** A copy that stays does no harm: a redrive would only try the customer a second time. */
async function removeCopies(
  { ports, handler, resourceType }: HandlerScope,
  requests: readonly RequestedEvent[],
) {
  const changes = requests.map(({ id, version, kind, dataErasure }): [string, Change] => [
    groupId({ resource: { typeId: resourceType, id } }),
    { version, kind, ...(dataErasure && { dataErasure }) },
  ]);
  const { copies, log } = ports;
  await copies
    .remove(`handler/${handler}`, madeGoodBy(new Map(changes)), { limit: MAX_COPIES })
    .catch((error: unknown) => {
      const errorName = error instanceof Error ? error.name : typeof error;
      log.error({ code: 'COPIES_LEFT', errorName, place: 'control failure.retry' });
    });
}
