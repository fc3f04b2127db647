import { besideSites, faultKinds, type Site } from '../kernel/faults.ts';
import type { Workload } from '../plan/plan.ts';
import type { Totals } from './totals.ts';

/** Minimum hits of everything in a batch of 20,000 schedules; smaller batches in proportion. */
const LEAST = 100;
const PER_SCHEDULES = 20_000;
/** For workloads where every schedule has a run, an operator or the caretaker. */
const PER_BESIDE = 5_000;

/** Outcomes, branches and conditions that must be reached besides every kind of fault. */
const expectedInTheFlow: readonly string[] = [
  ...exits('listener', 'failed', ['cloud-events-format', 'empty', 'invalid:resource.id', 'invalid:version']),
  ...exits('listener', 'failed', ['not-json', 'too-deep', 'too-large']),
  ...exits('listener', 'filtered', ['foreign-project', 'inclusion-filter', 'no-route', 'test-notification']),
  ...exits('listener', 'collapsed', ['listener-batch']),
  ...exits('router', 'failed', ['invalid:$', 'invalid:envelope', 'invalid:version']),
  ...exits('handler', 'synced', ['created', 'updated', 'adopted']),
  ...exits('handler', 'unchanged', ['equal-content']),
  ...exits('handler', 'superseded', ['version-gate']),
  ...exits('handler', 'collapsed', ['handler-batch']),
  ...exits('handler', 'absent', ['not-at-source']),
  ...exits('handler', 'deleted', ['ignored', 'anonymised', 'erased', 'unknown']),
  ...exits('handler', 'failed', ['GAVE_UP_AGE', 'GAVE_UP_RECEIVES', 'EMAIL_MISSING', 'INVALID:firstName']),
  ...exits('handler', 'failed', ['IDENTITY_CONFLICT', 'RETAILER_CONFLICT', 'C0101E', 'S0010E', 'FLUENT_400']),
  ...exits('handler', 'failed', ['FLUENT_REQUIRED', 'FLUENT_UNKNOWN_ERROR', 'COMMERCETOOLS_400']),
  ...exits('handler', 'failed', [
    'invalid:$',
    'invalid:foreign-resource',
    'invalid:kind',
    'invalid:projectKey',
  ]),
  ...exits('handler', 'failed', ['invalid:resource.id', 'invalid:traceId', 'invalid:version']),
  ...exits('handler', 'retry ambiguous', ['FLUENT_500', 'FLUENT_503', 'FLUENT_NO_ANSWER', 'S0002E']),
  ...exits('handler', 'retry ambiguous', ['FLUENT_UNREADABLE_ANSWER', 'FLUENT_SERVER_FAULT']),
  ...exits('handler', 'retry configuration', ['C0020E', 'COMMERCETOOLS_302', 'COMMERCETOOLS_401']),
  ...exits('handler', 'retry configuration', ['COMMERCETOOLS_403', 'COMMERCETOOLS_404', 'FLUENT_401']),
  ...exits('handler', 'retry configuration', ['FLUENT_302', 'FLUENT_404']),
  ...exits('handler', 'retry retry', [
    'C0003E',
    'C0011E',
    'S0040E',
    'FLUENT_429',
    'FLUENT_500',
    'FLUENT_503',
  ]),
  ...exits('handler', 'retry retry', ['FLUENT_NO_ANSWER', 'FLUENT_UNREADABLE_ANSWER', 'FLUENT_RATE_LIMIT']),
  ...exits('handler', 'retry retry', ['FLUENT_LOOKUP_AND_WRITE_DISAGREE', 'NOT_FOUND_YET', 'STALE_READ']),
  ...exits('handler', 'retry retry', ['SOURCE_UNREADABLE', 'DLQ_UNREACHABLE', 'STATE_UNREAD_KEY']),
  ...exits('handler', 'retry retry', ['STATE_ProvisionedThroughputExceededException', 'STATE_TimeoutError']),
  ...exits('handler', 'retry retry', ['STATE_InternalServerError', 'COMMERCETOOLS_408', 'COMMERCETOOLS_425']),
  ...exits('handler', 'retry retry', ['COMMERCETOOLS_429', 'COMMERCETOOLS_500', 'COMMERCETOOLS_502']),
  ...exits('handler', 'retry retry', ['COMMERCETOOLS_503', 'COMMERCETOOLS_504', 'COMMERCETOOLS_NO_ANSWER']),
  'condition failed: commit-deleted',
  'fifo: deduplicated',
  'fifo: several messages of a group in one receive',
  'handler-dlq: deduplicated',
  'ledger: whole chain compared',
];

/** Outcomes of runs, commands and duties that must be reached where a schedule has them. */
const expectedBeside: readonly string[] = [
  'run: full finished',
  'run: incremental finished',
  'run: full finished first',
  'run: reconcile finished',
  'run: sweep finished',
  'run: retry finished',
  'operator: run.start ok',
  'operator: run.start RUN_BUSY',
  'operator: run.pause ok',
  'operator: run.resume ok',
  'operator: run.cancel ok',
  'operator: run.throttle ok',
  'operator: handler.pause ok',
  'operator: handler.resume ok',
  'operator: handler.mode ok',
  'operator: intake.stop ok',
  'operator: intake.start ok',
  'operator: record.process ok',
  'operator: record.skip ok',
  'operator: record.link ok',
  'operator: record.erase ok',
  'operator: failure.retry ok',
  'operator: failure.retry GROUP_UNKNOWN',
  'operator: failure.retry FAILURE_UNKNOWN',
  'copies: removed from handler/customer',
  'handler exit: skipped operator',
  'handler error: BREAKER_OPENED',
  'caretaker error: PROBE_UNANSWERED',
  'feeder: a tick is retried, ConnectorError',
];

/** Combinations that the lock prevents. */
const forbidden = ['handler exit: failed INVARIANT', 'handler exit: failed INTERNAL'];

function exits(name: string, how: string, reasons: readonly string[]): string[] {
  return reasons.map((reason) => `${name} exit: ${how} ${reason}`);
}

/** What was reached, how often, and what too rarely. */
export function reachabilityTable(
  totals: Totals,
  workload: Workload,
): { lines: string[]; missing: string[] } {
  const isBeside = workload === 'beside';
  const least = Math.floor((LEAST * totals.schedules) / (isBeside ? PER_BESIDE : PER_SCHEDULES));
  const sites = (Object.keys(faultKinds) as Site[]).filter((site) => besideSites.has(site) === isBeside);
  const kinds = sites.flatMap((site) => faultKinds[site].map((kind) => `${site} ${kind}`));
  const expected = isBeside ? expectedBeside : expectedInTheFlow;
  const wanted = new Map([
    ...kinds.map((kind): [string, number] => [`fault: ${kind}`, totals.hits[kind] ?? 0]),
    ...expected.map((what): [string, number] => [what, totals.reach[what] ?? 0]),
  ]);
  const others = Object.entries(totals.reach).filter(([what]) => !wanted.has(what));
  const row = ([what, times]: [string, number]) => `${String(times).padStart(9)}  ${what}`;
  return {
    lines: [
      ...[...wanted].map(row),
      'also reached:',
      ...others.sort(([a], [b]) => (a < b ? -1 : 1)).map(row),
      `${kinds.length} kinds of faults at ${sites.length} places`,
    ],
    missing: [
      ...[...wanted].filter(([, times]) => times < least).map(([what, times]) => `${what} (${times})`),
      ...forbidden.filter((what) => totals.reach[what]).map((what) => `${what} must never be reached`),
    ],
  };
}
