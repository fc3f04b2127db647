/** How long the oldest message of each queue waits, as the metrics of SQS say: some minutes late, at a minute's grain. */
export interface QueueAges {
  /** Name of a queue, as the queueAdmin has it -> seconds. `undefined`: they cannot be read; nothing but information is missing then. Never throws. */
  oldest(): Promise<Readonly<Record<string, number>> | undefined>;
}
