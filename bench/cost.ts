import type { Counts } from './counts.ts';
import { billedChunkBytes, prices } from './prices.ts';

/** US dollars per million changes. */
export interface Cost {
  readonly buses: number;
  readonly queues: number;
  readonly table: number;
  readonly lambdaRequests: number;
  /** Sum of the above, from counts alone. */
  readonly counted: number;
  /** From durations measured on this machine, with twins that answer at once: an order of magnitude. */
  readonly lambdaDuration: number;
}

/** The cost of the counts at list prices, without idle polling, logs, archive and alarms. */
export function costPerMillion(counts: Counts, changes: number): Cost {
  const perMillion = (dollars: number) => (dollars / changes) * 1e6;
  const { standardSends, standardReceives, standardDeletes, fifoSends, fifoReceives, fifoDeletes } = counts;
  const standard = standardSends + standardReceives + standardDeletes;
  const fifo = fifoSends + fifoReceives + fifoDeletes + counts.otherQueueRequests;
  const buses = perMillion((counts.partnerEvents + counts.internalEvents) * prices.busEvent);
  const queues = perMillion(standard * prices.standardQueueRequest + fifo * prices.fifoQueueRequest);
  const table = perMillion(
    (counts.readUnits + counts.settingReadUnits) * prices.tableReadUnit +
      counts.writeUnits * prices.tableWriteUnit,
  );
  const lambdaRequests = perMillion(counts.invocations * prices.lambdaRequest);
  return {
    buses,
    queues,
    table,
    lambdaRequests,
    counted: buses + queues + table + lambdaRequests,
    lambdaDuration: perMillion(counts.gbSeconds * prices.lambdaGbSecond),
  };
}

/** Number of billed requests for a call of this size; an empty call is one. */
export function billedRequests(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / billedChunkBytes));
}
