import { prices } from './aws-prices.ts';
import type { RunMode, RunOptions } from './run.ts';
import type { RunSettings } from './run-settings.ts';

/**
 * What a run would cost, before it is started. Estimates, from counts that are known (customers, pages) and from figures
 * that are assumed or were measured; every figure stands here with its source.
 */
export const assumptions = {
  /** Customers that one batch of a busy handler holds: half of the largest. */
  perBatch: 5,
  /** SQS takes and hands out ten messages a request. */
  perSend: 10,
  /** Ids that one query asks for. */
  perIdQuery: 100,
  /** Groups that one invocation works on at once. */
  parallelGroups: 10,
  /** Seconds that the OMS takes for one customer: what gives 222 customers a second at a concurrency of 10. */
  omsSeconds: 0.45,
  /** A handler's memory in GB. */
  handlerGb: 0.5,
  /** Seconds of a batch of which Fluent is not called, and memory in GB and seconds per page of the feeder. */
  unchangedBatchSeconds: 0.05,
  feederGb: 0.25,
  pageSeconds: 2,
  /** Ticks beside the pages: looks at a queue that is full, looks for the last outcomes. */
  otherTicks: 2,
  /** A tick is sent, received and deleted. */
  requestsPerTick: 3,
  /** Write units of a page: its plan of some 40 bytes a customer, and the run's row. */
  planBytesPerEntry: 40,
  /** Write units of one batch's ends: a set of up to 500 numbers. */
  unitsPerEnds: 2,
} as const;

export interface PlanRequest {
  readonly mode: RunMode;
  readonly options: RunOptions;
  /** Resources that the run will look at. */
  readonly customers: number;
  readonly settings: Pick<RunSettings, 'pageSize' | 'sweepCap'>;
  /** Customers a second that the handler brings to Fluent. */
  readonly perSecond: number;
  /** What it may bring at best, where `perSecond` is the least. */
  readonly fastest?: number;
  /** A sweep looks a second time after this many seconds. */
  readonly confirmSeconds: number;
}

/** `least`: nothing had changed; `most`: everything has to be written anew. */
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

/** By Little's law: so many invocations at once, each working on so many customers, each of them taking so long. */
export function assumedRate(maxConcurrency: number): number {
  return Math.round((maxConcurrency * assumptions.parallelGroups) / assumptions.omsSeconds);
}

export function planRun(request: PlanRequest): RunPlan {
  const { mode, customers, settings } = request;
  const sent = sentBy(request);
  const pages = Math.ceil(customers / settings.pageSize);
  const ticks = pages + assumptions.otherTicks;
  const batches = Math.ceil(sent.most / assumptions.perBatch);
  const units = tableUnits(request, { sent: sent.most, pages, batches });
  const fluentCalls = callsToFluent(request, sent);
  const invocations = ticks + batches;
  // Send, receive and delete; two of three at the batches' size.
  const fifoRequests = Math.ceil(sent.most / assumptions.perSend) + 2 * batches;
  const tickRequests = ticks * assumptions.requestsPerTick;
  const dollarsAt = (batchSeconds: number) =>
    fifoRequests * prices.fifoQueueRequest +
    tickRequests * prices.standardQueueRequest +
    invocations * prices.lambdaRequest +
    batches * batchSeconds * assumptions.handlerGb * prices.lambdaGbSecond +
    ticks * assumptions.pageSeconds * assumptions.feederGb * prices.lambdaGbSecond +
    units.read * prices.tableReadUnit +
    units.write * prices.tableWriteUnit;
  return {
    customers,
    pages,
    commercetoolsQueries: queriesOf(request, sent.most),
    fluentCalls,
    sqsRequests: fifoRequests + tickRequests,
    dynamoDbUnits: units,
    lambdaInvocations: invocations,
    dollars: {
      least: cents(dollarsAt(assumptions.unchangedBatchSeconds)),
      most: cents(dollarsAt(assumptions.omsSeconds)),
    },
    seconds: secondsOf(request, sent, mode === 'retry' ? 0 : pages),
  };
}

/** Messages that go into the handler's queue. */
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

/** A page that is full has another one behind it; a message without a body costs the handler its share of a query. */
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

/** An unchanged customer needs none, a new one is looked up and created; a comparison looks every one up. */
function callsToFluent({ options, customers }: PlanRequest, sent: Span): Span {
  const looked = options.compare === 'oms' ? customers : 0;
  return {
    least: looked + (options.force ? sent.least : 0),
    most: looked + 2 * sent.most,
  };
}

function tableUnits(
  { mode, customers }: PlanRequest,
  { sent, pages, batches }: { sent: number; pages: number; batches: number },
): { read: number; write: number } {
  // Eventually consistent reads of the rows that are compared cost half a unit each.
  const compared = mode === 'incremental' || mode === 'reconcile' || mode === 'sweep' ? customers / 2 : 0;
  const planUnits = Math.ceil((sent * assumptions.planBytesPerEntry) / 1_024) + pages;
  return {
    read: Math.ceil(sent + compared + pages),
    write: Math.ceil(sent + batches * assumptions.unitsPerEnds + planUnits + pages),
  };
}

function secondsOf(
  { mode, options, customers, perSecond, fastest = perSecond, confirmSeconds }: PlanRequest,
  sent: Span,
  pages: number,
): Span {
  const listing = pages * assumptions.pageSeconds;
  // One request of the feeder at a time, each working on as many customers as a batch does.
  const looking =
    options.compare === 'oms' ? (customers * assumptions.omsSeconds) / assumptions.parallelGroups : 0;
  const confirming = mode === 'sweep' && sent.most > 0 ? confirmSeconds : 0;
  return {
    least: Math.ceil(Math.max(listing, sent.least / fastest) + looking),
    most: Math.ceil(listing + sent.most / perSecond + looking + confirming),
  };
}

/** A hundredth of a cent is as exact as an estimate can be. */
function cents(dollars: number): number {
  return Math.round(dollars * 10_000) / 10_000;
}
