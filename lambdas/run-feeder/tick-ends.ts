import { ConnectorError } from '../core/base/errors.ts';
import type { Run } from '../core/runs/run.ts';
import { pageInHand } from '../core/runs/run-feeding.ts';
import type { FeederPorts } from './ports.ts';

/** Receives of one tick after which a fault of ours ends the run: else it would go round for ever. */
const MOST_RECEIVES = 3;

/** The tick that a run goes on with. */
export interface NextTick {
  readonly seconds: number;
  readonly page: number;
  readonly wait?: number;
}

/** What the source or the OMS answers passes; what nobody can wait away ends the run; a fault of ours is tried again first. */
export async function judge(
  ports: FeederPorts,
  run: Run,
  error: unknown,
  receives: number,
): Promise<NextTick | undefined> {
  if (!(error instanceof ConnectorError)) {
    const errorName = error instanceof Error ? error.name : typeof error;
    ports.log.error({ code: 'INTERNAL', errorName, place: `run ${run.id}` });
    if (receives < MOST_RECEIVES) throw error;
    return fail(ports, run, 'INTERNAL');
  }
  const { failureClass, code, retryAfterSeconds = 0 } = error;
  if (failureClass === 'configuration' || failureClass === 'permanent') return fail(ports, run, code);
  ports.log.error({ code, errorName: error.name, place: `run ${run.id}` });
  return later(ports, run, Math.max(retryAfterSeconds, ports.runSettings.waitSeconds), code);
}

/**
 * Comes back to the same page. The sign of life first: a run that waits is not stuck. A tick that was doubled, by a lost answer
 * or by SQS, waits once: without that, ticks would multiply for as long as a page waits.
 */
export async function later(
  { runs }: FeederPorts,
  run: Run,
  seconds: number,
  waitCode?: string,
): Promise<NextTick | undefined> {
  if ((await runs.wait(run, waitCode)) === 'stale') return undefined;
  return { seconds, page: pageInHand(run), wait: (run.waits ?? 0) + 1 };
}

export async function fail({ runs, metrics }: FeederPorts, run: Run, code: string): Promise<undefined> {
  const now = await runs.read(run.id);
  if (now && (await runs.setStatus(now, 'failed', code)) === 'changed') metrics.count('RunsFailed');
}
