import { ConnectorError } from '../core/base/errors.ts';
import { pageInHand } from '../core/runs/run-step.ts';
import type { RunTick } from '../core/runs/run-tick.ts';
import type { Feeding } from './ports.ts';

/** An unexpected error fails the run once its message was received this often; else the step would repeat for ever. */
const MAX_RECEIVES = 3;

type RunInHand = Pick<Feeding, 'ports' | 'run'>;

/** The step that continues the run. */
export interface NextStep extends Omit<RunTick, 'runId'> {
  readonly seconds: number;
}

/** Retries an outage or a rate limit, fails the run on a configuration or permanent error, throws an unexpected error until MAX_RECEIVES. */
export async function afterError(
  inHand: RunInHand,
  error: unknown,
  receives: number,
): Promise<NextStep | undefined> {
  const { log, runSettings } = inHand.ports;
  const place = `run ${inHand.run.id}`;
  if (!(error instanceof ConnectorError)) {
    log.error({ code: 'INTERNAL', errorName: error instanceof Error ? error.name : typeof error, place });
    if (receives < MAX_RECEIVES) throw error;
    return failRun(inHand, 'INTERNAL');
  }
  const { failureClass, code, retryAfterSeconds = 0 } = error;
  if (failureClass === 'configuration' || failureClass === 'permanent') return failRun(inHand, code);
  log.error({ code, errorName: error.name, place });
  return repeatLater(inHand, Math.max(retryAfterSeconds, runSettings.waitSeconds), code);
}

/**
 * Repeats the page in hand after a wait. The wait is written first: it shows that the run is not stuck, and of two copies of a
 * message only one goes on, so messages do not multiply while a page waits.
 */
export async function repeatLater(
  { ports: { runs }, run }: RunInHand,
  seconds: number,
  waitCode?: string,
): Promise<NextStep | undefined> {
  if ((await runs.wait(run, waitCode)) === 'stale') return undefined;
  return { seconds, page: pageInHand(run), wait: (run.waits ?? 0) + 1 };
}

export async function failRun(
  { ports: { runs, metrics }, run }: RunInHand,
  code: string,
): Promise<undefined> {
  const now = await runs.read(run.id);
  if (now && (await runs.setStatus(now, 'failed', code)) === 'changed') metrics.count('RunsFailed');
}
