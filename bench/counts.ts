/** Counts of the embedded connector. Each name is a key of `counts` and `perChange` in report.json. */
export const countNames = [
  /** Events that commercetools sends to the partner bus. */
  'partnerEvents',
  /** Events that the queue-listener sends to the internal bus. */
  'internalEvents',
  /** Billed requests to the ingest and the route queue. */
  'standardSends',
  'standardReceives',
  'standardDeletes',
  /** Billed requests to the handler queues. */
  'fifoSends',
  'fifoReceives',
  'fifoDeletes',
  /** Dead letters and changes of visibility: zero while nothing fails. */
  'otherQueueRequests',
  /** Receives that found nothing: the cost of polling, with or without changes. */
  'emptyReceives',
  /** Consumed DynamoDB capacity, without reads of live settings. */
  'readUnits',
  'writeUnits',
  /** Capacity for the live settings: once in ten seconds of work per environment, not per change. */
  'settingReadUnits',
  /** Invocations of queue-listener, router and handlers. */
  'invocations',
  /** Memory in the template times the duration on this machine: measured, not counted. */
  'gbSeconds',
  /** Requests for customers. */
  'commercetoolsReads',
  'fluentLookups',
  'fluentCreates',
  'fluentUpdates',
  /** Tokens of both systems and reads of secrets: once per cold start and lifetime, not per change. */
  'tokens',
  'secretReads',
] as const;

export type CountName = (typeof countNames)[number];
export type Counts = Readonly<Record<CountName, number>>;

export function toCounts(count: (name: CountName) => number): Counts {
  return Object.fromEntries(countNames.map((name) => [name, count(name)])) as Counts;
}

export function difference(after: Counts, before: Counts): Counts {
  return toCounts((name) => after[name] - before[name]);
}

/** Counts per change, to four digits. */
export function perChange(counts: Counts, changes: number): Counts {
  return toCounts((name) => Math.round((counts[name] / changes) * 1e4) / 1e4);
}

/** Requests that AWS bills, without receives that found nothing. */
export function queueRequests(counts: Counts): number {
  const { standardSends, standardReceives, standardDeletes, fifoSends, fifoReceives, fifoDeletes } = counts;
  const standard = standardSends + standardReceives + standardDeletes;
  return standard + fifoSends + fifoReceives + fifoDeletes + counts.otherQueueRequests;
}

export function fluentCalls({ fluentLookups, fluentCreates, fluentUpdates }: Counts): number {
  return fluentLookups + fluentCreates + fluentUpdates;
}
