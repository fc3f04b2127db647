/** Reads resources of the source. Bodies are as they came: the handler's schema is the door. */
export interface CommercetoolsReader {
  /**
   * Customers by id. Several ids: one query, and an id that does not exist is missing from the answer. One id: a GET by
   * id. Throws a ConnectorError.
   */
  customersById(
    ids: readonly string[],
    options?: { expand?: readonly string[] },
  ): Promise<readonly unknown[]>;
}
