/** Fluent's customer, as far as GraphQL lets it be written. Lengths are checked by the mapper. */
export interface FluentCustomerFields {
  readonly primaryEmail?: string;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly title?: string | null;
  readonly primaryPhone?: string | null;
  readonly country?: string | null;
  readonly timezone?: string;
  readonly promotionOptIn?: boolean;
}

export interface FluentAttribute {
  readonly name: string;
  /** A free label; STRING is the only one seen in use. */
  readonly type: 'STRING' | 'INTEGER' | 'BOOLEAN' | 'JSON';
  readonly value: string | number | boolean | object;
}

export interface CreateCustomerInput extends FluentCustomerFields {
  readonly username: string;
  readonly primaryEmail: string;
  readonly promotionOptIn: boolean;
  readonly retailer: { readonly id: string };
  readonly department?: string;
  readonly attributes: readonly FluentAttribute[];
}

export interface UpdateCustomerInput extends FluentCustomerFields {
  /** Selects the customer; cannot be changed. */
  readonly username: string;
  readonly attributes: readonly FluentAttribute[];
}

export interface FoundCustomer {
  readonly username: string;
  readonly retailerId?: string;
  /** Cannot be written after creation. */
  readonly department?: string;
  /** What an update can write; one without a value is left out. */
  readonly fields: FluentCustomerFields;
  readonly attributes: readonly FoundAttribute[];
}

export interface FoundAttribute {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
}

export interface FoundPage {
  readonly customers: readonly Pick<FoundCustomer, 'username' | 'attributes'>[];
  /** To be given back for the next page; absent = that was all. */
  readonly next?: string;
}

/** Every method throws a ConnectorError when Fluent does not answer as documented; a lost answer to a write is `ambiguous`. */
export interface FluentWriter {
  findByUsername(username: string): Promise<FoundCustomer | undefined>;
  /** Exactly equal e-mail only, never a pattern. */
  findByEmail(email: string): Promise<readonly FoundCustomer[]>;
  /** All customers of the account, at most 100 a page, in an order that does not change. */
  list(query: { after?: string }): Promise<FoundPage>;
  /** Is Fluent there, and are we let in? A token and the cheapest query. */
  ping(): Promise<void>;
  /** `duplicate`: the username is taken. */
  create(input: CreateCustomerInput): Promise<'created' | 'duplicate'>;
  /** `unknown`: Fluent has no such username. */
  update(input: UpdateCustomerInput): Promise<'updated' | 'unknown'>;
}
