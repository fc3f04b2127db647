/** The fields of a Fluent customer that GraphQL can write. The mapper checks their lengths. */
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
  /** The fields that an update can write, without empty ones. */
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
  /** Pass it as `after` to get the next page; absent = last page. */
  readonly next?: string;
}

/** Every method throws a ConnectorError if Fluent does not answer as documented; a lost answer to a write is `ambiguous`. */
export interface FluentWriter {
  findByUsername(username: string): Promise<FoundCustomer | undefined>;
  /** Exactly equal e-mail only, never a pattern. */
  findByEmail(email: string): Promise<readonly FoundCustomer[]>;
  /** All customers of the account, at most 100 per page, in a stable order. */
  list(query: { after?: string }): Promise<FoundPage>;
  /** Checks that Fluent is up and accepts our credentials: a token and the cheapest query. */
  ping(): Promise<void>;
  /** `duplicate`: the username is taken. */
  create(input: CreateCustomerInput): Promise<'created' | 'duplicate'>;
  /** `unknown`: Fluent has no such username. */
  update(input: UpdateCustomerInput): Promise<'updated' | 'unknown'>;
}
