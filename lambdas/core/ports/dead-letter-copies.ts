import type { DeadLetter } from '../dead-letter.ts';

export interface Removal {
  readonly removed: number;
  /** Was the whole queue looked at? False: there is more than was asked for, and what stands behind it is not known. */
  readonly isWhole: boolean;
}

export interface DeadLetterCopies {
  /**
   * Takes out of a dead-letter queue, `handler/customer` for example, what is of no use any more; everything else is left where it is,
   * also what cannot be read. At most about `limit` messages are looked at. Whatever somebody else has in hand is not seen. Throws a
   * ConnectorError.
   */
  remove(queue: string, isMoot: (letter: DeadLetter) => boolean, limit: number): Promise<Removal>;
}
