/** What is counted of the embedded connector. Each name is a key of `counts` and `perChange` in report.json. */
export const countNames = [
  /** Events that commercetools put on the partner bus. */
  'partnerEvents',
  /** Events that the queue-listener put on the internal bus. */
  'internalEvents',
  /** Billed requests to the ingest and the route queue. */
  'standardSends',
  'standardReceives',
  'standardDeletes',
  /** Billed requests to the handler queues. */
  'fifoSends',
  'fifoReceives',
  'fifoDeletes',
  /** Copies to dead-letter queues and changes of visibility: zero while nothing goes wrong. */
  'otherQueueRequests',
  /** Receives that found nothing: what polling costs, whether or not there are changes. */
  'emptyReceives',
  /** DynamoDB capacity that was consumed, reads of live settings left out. */
  'readUnits',
  'writeUnits',
  /** Capacity for a handler's switches: once in ten seconds of work per environment, not per change. */
  'settingReadUnits',
  /** Invocations of queue-listener, router and handlers. */
  'invocations',
  /** Memory of the template times the duration measured here. A clock, not a count. */
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

/** Requests that AWS bills, polling for nothing left out. */
export function queueRequests(counts: Counts): number {
  const { standardSends, standardReceives, standardDeletes, fifoSends, fifoReceives, fifoDeletes } = counts;
  const standard = standardSends + standardReceives + standardDeletes;
  return standard + fifoSends + fifoReceives + fifoDeletes + counts.otherQueueRequests;
}

export function fluentCalls({ fluentLookups, fluentCreates, fluentUpdates }: Counts): number {
  return fluentLookups + fluentCreates + fluentUpdates;
}
