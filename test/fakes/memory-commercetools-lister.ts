import type {
  CommercetoolsLister,
  Listed,
  ListWindow,
} from '../../lambdas/core/runs/ports/commercetools-lister.ts';

/** The part of a body that the lister reads. */
interface Body {
  readonly id: string;
  readonly version: number;
  readonly email?: string;
  readonly key?: string;
  readonly lastModifiedAt?: string;
}

/** Lists the customers of a map, by id, as commercetools does. */
export function createMemoryLister(customers: ReadonlyMap<string, unknown>): CommercetoolsLister {
  const all = (): Body[] => ([...customers.values()] as Body[]).sort((a, b) => (a.id < b.id ? -1 : 1));
  const listed = (body: Body): Listed => ({
    id: body.id,
    version: body.version,
    body: structuredClone(body),
  });

  return {
    async page({ after, window, limit, withTotal }) {
      const matches = all().filter((body) => isIn(window, body));
      const rest = matches.filter(({ id }) => after === undefined || id > after);
      return {
        resources: rest.slice(0, limit).map(listed),
        ...(withTotal === true && { total: rest.length }),
      };
    },

    byIds: async ({ ids }) =>
      all()
        .filter(({ id }) => ids.includes(id))
        .map(listed),

    count: async ({ window }) => all().filter((body) => isIn(window, body)).length,

    exists: async ({ id }) => customers.has(id),

    find: async ({ by, value }) =>
      all()
        .filter((body) =>
          by === 'email' ? body.email?.toLowerCase() === value.toLowerCase() : body.key === value,
        )
        .map(({ id }) => id),
  };
}

function isIn({ from, to }: ListWindow = {}, { lastModifiedAt }: Body): boolean {
  const at = lastModifiedAt === undefined ? 0 : Date.parse(lastModifiedAt);
  return (from === undefined || at >= from) && (to === undefined || at < to);
}
