import { prices } from './aws-prices.ts';
import type { RunMode, RunOptions } from './run.ts';
import type { RunSettings } from './run-settings.ts';

/** Assumed or measured figures behind the estimate of a run. */
export const assumptions = {
  /** Customers per batch of a busy handler: half of the largest batch. */
  perBatch: 5,
  /** Messages per SQS request. */
  perSend: 10,
  /** Ids per commercetools query. */
  perIdQuery: 100,
  /** Message groups that one invocation processes in parallel. */
  parallelGroups: 10,
  /** Seconds per customer in the OMS: gives 222 customers a second at a concurrency of 10. */
  omsSeconds: 0.45,
  /** Memory of a handler, in GB. */
  handlerGb: 0.5,
  /** Duration of a batch without a call to Fluent. */
  unchangedBatchSeconds: 0.05,
  /** Memory of the run feeder in GB, and its duration per page. */
  feederGb: 0.25,
  pageSeconds: 2,
  /** Steps without a page: waiting for a full queue, and for the last outcomes. */
  otherSteps: 2,
  /** Send, receive, delete. */
  requestsPerStep: 3,
  /** Size of a stored plan. */
  planBytesPerEntry: 40,
  /** Write units to store the outcomes of one batch, a set of up to 500 numbers. */
  unitsPerOutcomes: 2,
} as const;

export interface PlanRequest {
  readonly mode: RunMode;
  readonly options: RunOptions;
  /** Resources that the run will list. */
  readonly customers: number;
  readonly settings: Pick<RunSettings, 'pageSize' | 'sweepCap'>;
  /** Customers per second that the handler writes to Fluent. */
  readonly perSecond: number;
  /** The best rate, if `perSecond` is the lowest one. */
  readonly fastest?: number;
  /** Delay of a sweep's second check. */
  readonly confirmSeconds: number;
}

/** `least`: nothing has changed; `most`: everything must be written. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

export interface RunPlan {
  readonly customers: number;
  readonly pages: number;
  readonly commercetoolsQueries: number;
  readonly fluentCalls: Span;
  readonly sqsRequests: number;
  readonly dynamoDbUnits: { readonly read: number; readonly write: number };
  readonly lambdaInvocations: number;
  readonly dollars: Span;
  readonly seconds: Span;
}

/** Customers per second, by Little's law: customers in parallel divided by the seconds that each takes. */
export function assumedRate(maxConcurrency: number): number {
  return Math.round((maxConcurrency * assumptions.parallelGroups) / assumptions.omsSeconds);
}

/** Estimates a run before it starts. */
export function planRun(request: PlanRequest): RunPlan {
  const { mode, customers, settings } = request;
  const sent = sentBy(request);
  const pages = Math.ceil(customers / settings.pageSize);
  const steps = pages + assumptions.otherSteps;
  const batches = Math.ceil(sent.most / assumptions.perBatch);
  const units = tableUnits(request, { sent: sent.most, pages, batches });
  const fluentCalls = callsToFluent(request, sent);
  const invocations = steps + batches;
  // Sends in full requests; receives and deletes per batch.
  const fifoRequests = Math.ceil(sent.most / assumptions.perSend) + 2 * batches;
  const stepRequests = steps * assumptions.requestsPerStep;
  const dollarsAt = (batchSeconds: number) =>
    fifoRequests * prices.fifoQueueRequest +
    stepRequests * prices.standardQueueRequest +
    invocations * prices.lambdaRequest +
    batches * batchSeconds * assumptions.handlerGb * prices.lambdaGbSecond +
    steps * assumptions.pageSeconds * assumptions.feederGb * prices.lambdaGbSecond +
    units.read * prices.tableReadUnit +
    units.write * prices.tableWriteUnit;
  return {
    customers,
    pages,
    commercetoolsQueries: queriesOf(request, sent.most),
    fluentCalls,
    sqsRequests: fifoRequests + stepRequests,
    dynamoDbUnits: units,
    lambdaInvocations: invocations,
    dollars: {
      least: rounded(dollarsAt(assumptions.unchangedBatchSeconds)),
      most: rounded(dollarsAt(assumptions.omsSeconds)),
    },
    seconds: secondsOf(request, sent, mode === 'retry' ? 0 : pages),
  };
}

/** Messages sent to the handler's queue. */
function sentBy({ mode, options, customers, settings }: PlanRequest): Span {
  const all = { least: customers, most: customers };
  switch (mode) {
    case 'full':
    case 'ids':
    case 'retry':
      return all;
    case 'incremental':
      return { least: 0, most: customers };
    case 'reconcile':
      return { least: 0, most: options.repair?.length ? customers : 0 };
    case 'sweep':
      return { least: 0, most: options.dryRun ? 0 : Math.floor(customers * settings.sweepCap) };
  }
}

/** A full page is followed by another one. The handler reads bodies that the messages do not carry, one query per batch. */
function queriesOf({ mode, options, customers, settings }: PlanRequest, sent: number): number {
  const fetched = Math.ceil(sent / assumptions.perBatch);
  if (mode === 'retry') return fetched;
  if (mode === 'sweep') return Math.ceil(customers / assumptions.perIdQuery) + sent;
  const listed =
    mode === 'ids'
      ? Math.ceil(customers / assumptions.perIdQuery)
      : Math.floor(customers / settings.pageSize) + 1;
  return listed + (options.inlineBody === false ? fetched : 0);
}

/** None for an unchanged customer, lookup and create for a new one, plus one lookup per customer in a comparison. */
function callsToFluent({ options, customers }: PlanRequest, sent: Span): Span {
  const lookups = options.compare === 'oms' ? customers : 0;
  return {
    least: lookups + (options.force ? sent.least : 0),
    most: lookups + 2 * sent.most,
  };
}

function tableUnits(
  { mode, customers }: PlanRequest,
  { sent, pages, batches }: { sent: number; pages: number; batches: number },
): { read: number; write: number } {
  // An eventually consistent read of a sync record costs half a unit.
  const compared = mode === 'incremental' || mode === 'reconcile' || mode === 'sweep' ? customers / 2 : 0;
  const planUnits = Math.ceil((sent * assumptions.planBytesPerEntry) / 1_024) + pages;
  return {
    read: Math.ceil(sent + compared + pages),
    write: Math.ceil(sent + batches * assumptions.unitsPerOutcomes + planUnits + pages),
  };
}

function secondsOf(
  { mode, options, customers, perSecond, fastest = perSecond, confirmSeconds }: PlanRequest,
  sent: Span,
  pages: number,
): Span {
  const listing = pages * assumptions.pageSeconds;
  // The feeder sends one request at a time, and each processes customers in parallel like a batch.
  const comparing =
    options.compare === 'oms' ? (customers * assumptions.omsSeconds) / assumptions.parallelGroups : 0;
  const confirming = mode === 'sweep' && sent.most > 0 ? confirmSeconds : 0;
  return {
    least: Math.ceil(Math.max(listing, sent.least / fastest) + comparing),
    most: Math.ceil(listing + sent.most / perSecond + comparing + confirming),
  };
}

/** Rounds to a hundredth of a cent. */
function rounded(dollars: number): number {
  return Math.round(dollars * 10_000) / 10_000;
}
