import { ConnectorError } from '../core/base/errors.ts';
import type { StateRow } from '../core/delivery/ports/state-store.ts';
import type { PageDecision } from '../core/runs/page-decision.ts';
import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import type { Feeding } from './ports.ts';

/** Ids per query at the source, and keys per read of the table. */
const CHUNK_SIZE = 100;

/** One page of the source by keyset, and where the next page begins. */
export async function listPage(
  { ports, run, handler, limit }: Feeding,
  afterLast: PageDecision['next'] = { stage: 'done' },
): Promise<{ resources: readonly Listed[]; expected?: number; next: PageDecision['next'] }> {
  const { after, page } = run.cursor;
  const { resources, total } = await ports.lister.page({
    resourceType: handler.resourceType,
    limit,
    expand: handler.expand,
    // A count is expensive for the source, so only the first page requests it.
    withTotal: page === 0,
    ...(after !== undefined && { after }),
    ...(run.window && { window: run.window }),
  });
  refuseDisorder(resources, after);
  const last = resources.at(-1);
  return {
    resources,
    ...(total !== undefined && { expected: total }),
    next: last && resources.length >= limit ? { stage: 'source', after: last.id } : afterLast,
  };
}

/** Keyset paging needs rising ids; otherwise the run would skip resources or never end. */
function refuseDisorder(resources: readonly Listed[], after: string | undefined): void {
  let before = after;
  for (const { id } of resources) {
    if (before !== undefined && id <= before) {
      throw new ConnectorError(
        { failureClass: 'permanent', code: 'SOURCE_UNSORTED' },
        'commercetools did not list by rising id, so the run may skip resources or never end.',
      );
    }
    before = id;
  }
}

/** The named resources that exist, by id. */
export async function readByIds(
  { ports, handler }: Pick<Feeding, 'ports' | 'handler'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Listed>> {
  const found = new Map<string, Listed>();
  const { resourceType, expand } = handler;
  for (const some of chunks(ids)) {
    for (const one of await ports.lister.byIds({ resourceType, ids: some, expand })) found.set(one.id, one);
  }
  return found;
}

/** Sync records of these resources. An unread key is not a missing record: throws, so that the page is retried. */
export async function readRows(
  { ports, run, handler }: Feeding,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StateRow | undefined>> {
  const { projectKey, store } = ports;
  const rows = new Map<string, StateRow | undefined>();
  for (const some of chunks(ids)) {
    const keys = some.map((id) => ({
      handlerId: run.handler,
      projectKey,
      resourceType: handler.resourceType,
      id,
    }));
    for (const [id, row] of await store.read(keys)) rows.set(id, row);
  }
  if (ids.every((id) => rows.has(id))) return rows;
  throw new ConnectorError(
    { failureClass: 'retry', code: 'STATE_UNREAD_KEY' },
    'The table did not answer for some sync records.',
  );
}

export function chunks<T>(list: readonly T[], size = CHUNK_SIZE): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
