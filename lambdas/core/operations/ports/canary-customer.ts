/** The one customer in commercetools that the caretaker may change. */
export interface Canary {
  /** Changes a harmless field to `mark`. Answers the new version. Throws a ConnectorError. */
  touch(customerId: string, mark: string): Promise<{ version: number }>;
}
