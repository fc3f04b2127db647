import type { Run } from '../../core/runs/run.ts';
import { assumedRate } from '../../core/runs/run-plan.ts';
import type { OperationOutput } from '../api/control-api.ts';
import type { HandlerScope } from '../handler-scope.ts';
import type { ControlPorts } from '../ports.ts';

type Rate = OperationOutput<'run.plan'>['rate'];

/** A run or a minute with fewer customers shows how much work there was, not how fast the handler is. */
const FEWEST_CUSTOMERS = 100;
const HOUR = 3_600;
/** Newest runs that are read, and how many of them are counted. */
const LATEST_RUNS = 50;
const COUNTED_RUNS = 5;

/**
 * Customers per second that the handler brings to Fluent. A run without a throttle or a pause was busy in
 * every second, so the fastest of the last ones is the best measure. The busiest minute may have had idle
 * seconds: it is a lower bound, and the assumed rate the upper bound. Without either the rate is assumed.
 */
export async function measuredRate({ ports, handler, maxConcurrency }: HandlerScope): Promise<Rate> {
  const [fastest] = (await ratesOfRuns(ports, handler)).sort((a, b) => b.perSecond - a.perSecond);
  if (fastest) return { ...fastest, source: 'run' };
  const assumed = assumedRate(maxConcurrency);
  const busiest = await ports.rates.busiestMinute({
    service: handler,
    metrics: ['Synced', 'Unchanged'],
    seconds: HOUR,
  });
  if (busiest === undefined || busiest < FEWEST_CUSTOMERS) return { perSecond: assumed, source: 'assumed' };
  const perSecond = tenths(busiest / 60);
  return { perSecond, fastest: Math.max(perSecond, assumed), source: 'busiest-minute' };
}

async function ratesOfRuns(
  { runs }: ControlPorts,
  handler: string,
): Promise<{ perSecond: number; runId: string }[]> {
  const { items } = await runs.list({ limit: LATEST_RUNS });
  const measured = items.filter((run) => run.handler === handler && isMeasure(run)).slice(0, COUNTED_RUNS);
  const rates = await Promise.all(
    measured.map(async (run) => {
      const { synced, unchanged } = await runs.entryCounts(run.id);
      const seconds = Math.max(1, ((run.endedAt ?? 0) - run.createdAt) / 1_000);
      const customers = synced + unchanged;
      return { customers, perSecond: tenths(customers / seconds), runId: run.id };
    }),
  );
  return rates
    .filter(({ customers }) => customers >= FEWEST_CUSTOMERS)
    .map(({ perSecond, runId }) => ({ perSecond, runId }));
}

/** Did the run do nothing but bring customers to Fluent, as fast as it could? */
function isMeasure({ status, counts, ratePerSecond, wasSlowed, mode, options }: Run): boolean {
  const alsoReads = mode === 'sweep' || options.compare === 'oms';
  const isComplete = status === 'finished' && counts.planned >= FEWEST_CUSTOMERS;
  return isComplete && ratePerSecond === undefined && !wasSlowed && !alsoReads;
}

function tenths(number: number): number {
  return Math.round(number * 10) / 10;
}
