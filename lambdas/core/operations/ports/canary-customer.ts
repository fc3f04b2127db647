/** The one customer in commercetools that the caretaker may change. */
export interface Canary {
  /** Makes a harmless change; `mark` makes it differ from the last one. Answers the new version. Throws a ConnectorError. */
  touch(customerId: string, mark: string): Promise<{ version: number }>;
}
