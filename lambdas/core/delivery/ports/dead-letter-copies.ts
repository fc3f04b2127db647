import type { DeadLetter } from '../dead-letter.ts';

export interface Removal {
  readonly removed: number;
  /** Was the whole queue read? False: it holds more messages than `limit`, and the rest is unknown. */
  readonly isWhole: boolean;
}

/** When to stop reading a queue before its end. */
export interface LookBounds {
  /** Messages, about. */
  readonly limit: number;
  /** Milliseconds since the epoch. Making the other messages visible again comes after it and takes half as long. */
  readonly until?: number;
}

export interface DeadLetterCopies {
  /**
   * Deletes the needless messages of a dead-letter queue, for example `handler/customer`. Keeps all others and unreadable ones. Does
   * not see messages that another consumer has received. Throws a ConnectorError.
   */
  remove(queue: string, isMoot: (letter: DeadLetter) => boolean, bounds: LookBounds): Promise<Removal>;
}
