import { ConnectorError } from '../core/base/errors.ts';
import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import type { PageDecision } from './page-decision.ts';
import type { Feeding } from './ports.ts';

/** One page of the source by keyset: what it gave, and where the next one begins. */
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
  { ports, handler: { resourceType, expand } }: Pick<Feeding, 'ports' | 'handler'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Listed>> {
  if (ids.length === 0) return new Map();
  const found = await ports.lister.byIds({ resourceType, ids, expand });
  return new Map(found.map((one) => [one.id, one]));
}
