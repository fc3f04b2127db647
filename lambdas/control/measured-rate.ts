import type { Run } from '../core/runs/run.ts';
import { assumedRate } from '../core/runs/run-plan.ts';
import { knownHandler } from './known-handler.ts';
import type { OperationOutput } from './operations.ts';
import type { ControlPorts } from './ports.ts';

export type Rate = OperationOutput<'run.plan'>['rate'];

/** Fewer ends than this, of a run or of a minute, say nothing of what the handler can do, only of what there was to do. */
const TELLING = 100;
const HOUR = 3_600;
/** Runs of the history that are looked through, and those of them whose ends are counted. */
const LATEST_RUNS = 50;
const MOST_COUNTED = 5;

/**
 * Customers a second that the handler brings to Fluent. A run that nobody slowed down has work in each of its seconds, so the
 * fastest of the last ones says it best. The busiest minute may have had idle seconds: it is the least, and what is assumed the
 * most. Otherwise it is assumed.
 */
export async function measuredRate(ports: ControlPorts, handler: string): Promise<Rate> {
  const [fastest] = (await ratesOfRuns(ports, handler)).sort((a, b) => b.perSecond - a.perSecond);
  if (fastest) return { ...fastest, source: 'run' };
  const assumed = assumedRate(knownHandler(ports, handler).maxConcurrency);
  const busiest = await ports.rates.busiestMinute({
    service: handler,
    metrics: ['Synced', 'Unchanged'],
    seconds: HOUR,
  });
  if (busiest === undefined || busiest < TELLING) return { perSecond: assumed, source: 'assumed' };
  const perSecond = tenths(busiest / 60);
  return { perSecond, fastest: Math.max(perSecond, assumed), source: 'busiest-minute' };
}

async function ratesOfRuns(
  { runs }: ControlPorts,
  handler: string,
): Promise<{ perSecond: number; runId: string }[]> {
  const { items } = await runs.list({ limit: LATEST_RUNS });
  const telling = items.filter((run) => run.handler === handler && isTelling(run)).slice(0, MOST_COUNTED);
  const rates = await Promise.all(
    telling.map(async (run) => {
      const { synced, unchanged } = await runs.entryCounts(run.id);
      const seconds = Math.max(1, ((run.endedAt ?? 0) - run.createdAt) / 1_000);
      return { ended: synced + unchanged, perSecond: tenths((synced + unchanged) / seconds), runId: run.id };
    }),
  );
  return rates.filter(({ ended }) => ended >= TELLING).map(({ perSecond, runId }) => ({ perSecond, runId }));
}

function isTelling({ status, counts, ratePerSecond, wasSlowed, mode, options }: Run): boolean {
  const looksToo = mode === 'sweep' || options.compare === 'oms';
  const isWhole = status === 'finished' && counts.planned >= TELLING;
  return isWhole && ratePerSecond === undefined && !wasSlowed && !looksToo;
}

function tenths(number: number): number {
  return Math.round(number * 10) / 10;
}
