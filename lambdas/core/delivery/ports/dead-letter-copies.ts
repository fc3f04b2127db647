import type { DeadLetter } from '../dead-letter.ts';

export interface Removal {
  readonly removed: number;
  /** Was the whole queue looked at? False: there is more than was asked for, and what stands behind it is not known. */
  readonly isWhole: boolean;
}

/** Where a look ends that has not come to the end of the queue. */
export interface LookBounds {
  /** Messages, about. */
  readonly limit: number;
  /** Milliseconds since the epoch; what was only looked at is put back after that, which takes half as long as the look. */
  readonly until?: number;
}

export interface DeadLetterCopies {
  /**
   * Takes out of a dead-letter queue, `handler/customer` for example, what is of no use any more; everything else is left where it is,
   * also what cannot be read. Whatever somebody else has in hand is not seen. Throws a ConnectorError.
   */
  remove(queue: string, isMoot: (letter: DeadLetter) => boolean, bounds: LookBounds): Promise<Removal>;
}
