/** The one customer that the caretaker may change at the source. */
export interface Canary {
  /** Changes it harmlessly; `mark` makes the change differ from the last one. Answers its new version. Throws a ConnectorError. */
  touch(customerId: string, mark: string): Promise<{ version: number }>;
}
