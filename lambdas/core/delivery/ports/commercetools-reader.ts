/** Reads resources from commercetools. Bodies are unparsed: the schema of the handler checks them. */
export interface CommercetoolsReader {
  /**
   * Customers by id. Several ids: one query that leaves out ids that do not exist. One id: a GET by id. Throws a
   * ConnectorError.
   */
  customersById(
    ids: readonly string[],
    options?: { expand?: readonly string[] },
  ): Promise<readonly unknown[]>;
}
