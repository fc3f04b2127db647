/** Age of the oldest message of each queue, from the metrics of SQS: some minutes late. */
export interface QueueAges {
  /** Queue name of the QueueAdmin -> seconds. `undefined`: the metrics cannot be read. Never throws. */
  oldest(): Promise<Readonly<Record<string, number>> | undefined>;
}
