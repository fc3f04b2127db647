import type {
  CommercetoolsLister,
  Listed,
  ListWindow,
} from '../../../../lambdas/core/runs/ports/commercetools-lister.ts';
import { short } from '../kernel/sim.ts';
import type { SourceVersion } from './commercetools.ts';
import { type SourceUse, sourceRequestsOf } from './source-requests.ts';

/**
 * Lists of one invocation. A page may come from a lagging replica: each customer as it was up to five minutes ago, the
 * youngest missing, a deleted one still listed. A query by ids may miss a customer like a single read.
 */
export function listerOf(use: SourceUse): CommercetoolsLister {
  const { sim, source } = use;
  const { faults, kernel, random, trace } = sim;
  const request = sourceRequestsOf(use);
  const draw = () => faults.draw('ct-list');

  function versions(fault: string | undefined): [string, SourceVersion][] {
    const { now } = kernel;
    const isStale = fault === 'stale-list';
    const listed: [string, SourceVersion][] = [];
    for (const id of [...source.customers.keys()].sort()) {
      // The customers of a page may come from different moments.
      const isOld = isStale && random.chance(0.7);
      if (isOld && source.isYoung(id, now)) continue;
      const shown = source.shown(id, isOld, now);
      if (shown) listed.push([id, shown]);
    }
    return listed;
  }

  function inWindow({ at }: SourceVersion, { from, to }: ListWindow = {}): boolean {
    return (from === undefined || at >= from) && (to === undefined || at < to);
  }

  /** A body that a run takes along is an old copy from then on. */
  function toListed([id, { version, body }]: [string, SourceVersion]): Listed {
    const customer = source.customers.get(id);
    if (customer) customer.hadOldCopy = true;
    return { id, version, body };
  }

  return {
    page: ({ after, window, limit, withTotal }) =>
      request('list-customers', draw, (fault) => {
        const all = versions(fault).filter(([, one]) => inWindow(one, window));
        const page = all.filter(([id]) => after === undefined || id > after).slice(0, limit);
        trace.note('listed', page.length, after === undefined ? 'from-start' : short(after), fault ?? '');
        return { resources: page.map(toListed), ...(withTotal === true && { total: all.length }) };
      }),
    byIds: ({ ids }) =>
      request(
        'query-ids',
        () => faults.draw('ct-query') ?? faults.draw('ct-read') ?? draw(),
        (fault) =>
          ids.flatMap((id, index): Listed[] => {
            const { now } = kernel;
            const isMissed = fault === 'stale-404' || (fault === 'missing-id' && index === 0);
            if (isMissed && source.isMissedByReplica(id, now)) return [];
            const isStale = fault === 'stale-200' || fault === 'old-replica' || fault === 'stale-list';
            const shown = source.shown(id, isStale, now);
            trace.note('looked-up', short(id), shown?.version ?? 'none', fault ?? '');
            return shown ? [toListed([id, shown])] : [];
          }),
      ),
    exists: ({ id }) =>
      request(
        'is-there',
        () => faults.draw('ct-read'),
        (fault) => {
          const { now } = kernel;
          if (fault === 'stale-404' && source.isMissedByReplica(id, now)) return false;
          const exists = source.shown(id, fault === 'stale-200', now) !== undefined;
          trace.note('is-there', short(id), String(exists), fault ?? '');
          return exists;
        },
      ),
    count: ({ window }) =>
      request(
        'count-customers',
        draw,
        (fault) => versions(fault).filter(([, one]) => inWindow(one, window)).length,
      ),
    find: () => request('find-customer', draw, () => []),
  };
}
