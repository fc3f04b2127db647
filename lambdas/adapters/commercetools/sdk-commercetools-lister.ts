import {
  ByProjectKeyCustomersRequestBuilder,
  type CustomerPagedQueryResponse,
} from '@commercetools/platform-sdk';
import { chunks } from '../../core/base/chunks.ts';
import { ConnectorError } from '../../core/base/errors.ts';
import type { CommercetoolsLister, Listed, ListWindow } from '../../core/runs/ports/commercetools-lister.ts';
import { isNotFound } from './commercetools-answers.ts';
import {
  type CommercetoolsClientOptions,
  createCommercetoolsClient,
  readFailure,
} from './commercetools-client.ts';

/** Keeps the address of a query below 8 KB. */
const IDS_A_QUERY = 100;

type QueryArgs = Record<string, string | number | boolean | string[]>;

/** Conditions with variables: a value never becomes part of a predicate. */
interface Predicate {
  readonly where: string[];
  readonly variables: QueryArgs;
}

/** Lists customers through the SDK; see `CommercetoolsLister`. */
export function createCommercetoolsLister(options: CommercetoolsClientOptions): CommercetoolsLister {
  const client = createCommercetoolsClient(options);
  const customers = new ByProjectKeyCustomersRequestBuilder({
    pathArgs: { projectKey: options.projectKey },
    executeRequest: client.execute,
    baseUri: options.connection.apiUrl,
  });

  async function query(
    resourceType: string,
    { where, variables }: Predicate,
    over: QueryArgs,
  ): Promise<CustomerPagedQueryResponse> {
    requireCustomer(resourceType);
    try {
      const queryArgs = { ...(where.length > 0 && { where }), ...variables, withTotal: false, ...over };
      const { body } = await customers.get({ queryArgs }).execute();
      if (Array.isArray(body.results)) return body;
    } catch (error) {
      throw readFailure(error, 'list customers', options.clock());
    }
    throw new ConnectorError(
      { failureClass: 'retry', code: 'COMMERCETOOLS_NO_LIST' },
      'commercetools: the answer to a list of customers holds no list.',
    );
  }

  return {
    async page({ resourceType, after, window, limit, expand, withTotal = false }) {
      const predicate = joined(keyset(after), inWindow(window));
      const body = await query(resourceType, predicate, {
        sort: 'id asc',
        limit,
        expand: [...expand],
        withTotal,
      });
      const total = withTotal ? body.total : undefined;
      return { resources: body.results.map(toListed), ...(total !== undefined && { total }) };
    },

    async byIds({ resourceType, ids, expand }) {
      const found: Listed[] = [];
      for (const some of chunks([...new Set(ids)], IDS_A_QUERY)) {
        const body = await query(resourceType, among(some), { limit: some.length, expand: [...expand] });
        found.push(...body.results.map(toListed));
      }
      return found;
    },

    async count({ resourceType, window }) {
      const body = await query(resourceType, inWindow(window), { limit: 0, withTotal: true });
      return body.total ?? 0;
    },

    async exists({ resourceType, id }) {
      requireCustomer(resourceType);
      try {
        await customers.withId({ ID: id }).get().execute();
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw readFailure(error, 'GET customer', options.clock());
      }
    },

    async find({ resourceType, by, value }) {
      // commercetools stores the e-mail as typed, and a lower-case copy that is unique.
      const predicate =
        by === 'email'
          ? { where: ['lowercaseEmail = :value'], variables: { 'var.value': value.toLowerCase() } }
          : { where: ['key = :value'], variables: { 'var.value': value } };
      const body = await query(resourceType, predicate, { limit: 20 });
      return body.results.map(({ id }) => id);
    },
  };
}

function requireCustomer(resourceType: string): void {
  if (resourceType === 'customer') return;
  throw new ConnectorError(
    { failureClass: 'configuration', code: 'RESOURCE_TYPE_UNKNOWN' },
    `Resources of type "${resourceType}" cannot be listed: only customers can.`,
  );
}

function keyset(after: string | undefined): Predicate {
  return after === undefined ? nothing : { where: ['id > :after'], variables: { 'var.after': after } };
}

function inWindow({ from, to }: ListWindow = {}): Predicate {
  return joined(
    from === undefined
      ? nothing
      : { where: ['lastModifiedAt >= :from'], variables: { 'var.from': new Date(from).toISOString() } },
    to === undefined
      ? nothing
      : { where: ['lastModifiedAt < :to'], variables: { 'var.to': new Date(to).toISOString() } },
  );
}

function among(ids: readonly string[]): Predicate {
  return {
    where: [`id in (${ids.map((_, index) => `:id${index}`).join(', ')})`],
    variables: Object.fromEntries(ids.map((id, index) => [`var.id${index}`, id])),
  };
}

const nothing: Predicate = { where: [], variables: {} };

function joined(...predicates: readonly Predicate[]): Predicate {
  return {
    where: predicates.flatMap(({ where }) => where),
    variables: Object.assign({}, ...predicates.map(({ variables }) => variables)),
  };
}

function toListed(customer: { id: string; version: number }): Listed {
  return { id: customer.id, version: customer.version, body: customer };
}
