/** A listed resource, with the body as received. */
export interface Listed {
  readonly id: string;
  readonly version: number;
  readonly body: unknown;
}

/** `from <= lastModifiedAt < to`, milliseconds since the epoch; absent = no bound. */
export interface ListWindow {
  readonly from?: number;
  readonly to?: number;
}

/** Every method throws a ConnectorError. */
export interface CommercetoolsLister {
  /** By rising id, at most 500. `total` costs the source a count. */
  page(query: {
    resourceType: string;
    after?: string;
    window?: ListWindow;
    limit: number;
    expand: readonly string[];
    withTotal?: boolean;
  }): Promise<{ resources: readonly Listed[]; total?: number }>;
  /** The named ones that exist, each once. Takes any number of ids. */
  byIds(query: {
    resourceType: string;
    ids: readonly string[];
    expand: readonly string[];
  }): Promise<readonly Listed[]>;
  count(query: { resourceType: string; window?: ListWindow }): Promise<number>;
  /** A read by id. `false` only if commercetools answers that the resource does not exist. */
  exists(query: { resourceType: string; id: string }): Promise<boolean>;
  /** Ids of the resources with this e-mail or key. */
  find(query: { resourceType: string; by: 'email' | 'key'; value: string }): Promise<readonly string[]>;
}
