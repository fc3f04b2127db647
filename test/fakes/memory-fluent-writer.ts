import type {
  CreateCustomerInput,
  FluentWriter,
  FoundCustomer,
  UpdateCustomerInput,
} from '../../lambdas/core/delivery/ports/fluent-writer.ts';

/** A customer as Fluent stores it. */
export type MemoryFluentCustomer = Omit<CreateCustomerInput, 'attributes'> & {
  attributes: FoundCustomer['attributes'];
};

const PAGE = 100;

export interface MemoryFluent extends FluentWriter {
  readonly customers: Map<string, MemoryFluentCustomer>;
  /** Name and username of each call. */
  readonly calls: { readonly call: keyof FluentWriter; readonly username: string }[];
}

/** Fluent in memory: unique usernames, updates that keep missing fields, attributes merged by name. */
export function createMemoryFluent(): MemoryFluent {
  const customers = new Map<string, MemoryFluentCustomer>();
  const calls: MemoryFluent['calls'] = [];
  return {
    customers,
    calls,
    async findByUsername(username) {
      calls.push({ call: 'findByUsername', username });
      const found = customers.get(username);
      return found && toFound(found);
    },
    async findByEmail(email) {
      calls.push({ call: 'findByEmail', username: '' });
      return [...customers.values()].filter(({ primaryEmail }) => primaryEmail === email).map(toFound);
    },
    async list({ after }) {
      calls.push({ call: 'list', username: '' });
      const from = Number(after ?? 0);
      const page = [...customers.values()].slice(from, from + PAGE);
      return {
        customers: page.map(({ username, attributes }) => ({ username, attributes })),
        ...(from + PAGE < customers.size && { next: String(from + PAGE) }),
      };
    },
    async ping() {
      calls.push({ call: 'ping', username: '' });
    },
    async create(input) {
      calls.push({ call: 'create', username: input.username });
      if (customers.has(input.username)) return 'duplicate';
      customers.set(input.username, structuredClone(input));
      return 'created';
    },
    async update(input) {
      calls.push({ call: 'update', username: input.username });
      const known = customers.get(input.username);
      if (!known) return 'unknown';
      customers.set(input.username, merged(known, structuredClone(input)));
      return 'updated';
    },
  };
}

function merged(known: MemoryFluentCustomer, input: UpdateCustomerInput): MemoryFluentCustomer {
  const byName = new Map(
    [...known.attributes, ...input.attributes].map((attribute) => [attribute.name, attribute]),
  );
  return { ...known, ...input, attributes: [...byName.values()] };
}

function toFound(customer: MemoryFluentCustomer): FoundCustomer {
  const { username, retailer, department, attributes, ...fields } = customer;
  return {
    username,
    retailerId: retailer.id,
    ...(department !== undefined && { department }),
    fields: Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
    ),
    attributes,
  };
}
