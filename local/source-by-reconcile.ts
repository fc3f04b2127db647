import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded } from '../lambdas/core/runs/run.ts';
import { meaningOfRunCode } from '../lambdas/core/runs/run-codes.ts';
import { type Control, ControlRefusal } from './connector/embedded-control.ts';

/** commercetools cannot push to a laptop, so a reconcile runs this often. */
const EVERY_MS = 10_000;
const POLL_MS = 1_000;
/** Each window overlaps the last one by this much: commercetools may show a change late, and clocks differ. */
const OVERLAP_MS = 10 * 60_000;

export interface ReconcileOptions {
  readonly control: Control;
  /** Milliseconds since the epoch: customers modified earlier are ignored; absent = all customers. */
  readonly since?: number | undefined;
  readonly print: (line: string) => void;
  readonly everyMs?: number;
}

/**
 * Replaces the subscription: starts one reconcile after the other. Each repairs what is missing or stale among the customers
 * modified since the last run that finished.
 *
 * @returns a function that stops it and resolves when it has stopped.
 */
export function reconcileRepeatedly(options: ReconcileOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { everyMs = EVERY_MS } = options;
  const pause = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function repeat(): Promise<void> {
    let from = options.since;
    let reported = '';
    const report = (problem: string) => {
      if (problem !== reported && problem !== '') options.print(`reconcile: ${problem}`);
      reported = problem;
    };
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      const isFinished = await reconcile({ ...options, report }, from, pause, stopping.signal).catch(
        (error: unknown) => {
          report(problemOf(error));
          return false;
        },
      );
      if (isFinished) {
        report('');
        from = Math.max(startedAt - OVERLAP_MS, options.since ?? 0);
      }
      await pause(Math.max(everyMs - (Date.now() - startedAt), 0));
    }
  }
  const ended = repeat();
  return () => {
    stopping.abort();
    return ended;
  };
}

/** A run that an operator started is not a problem. */
function problemOf(error: unknown): string {
  if (error instanceof ControlRefusal && error.code === 'RUN_BUSY') return '';
  return error instanceof Error ? error.message : String(error);
}

/** Starts a run and waits until it has ended. Returns true if it finished. Control rejects it while another run is active. */
async function reconcile(
  { control, print, report }: ReconcileOptions & { readonly report: (problem: string) => void },
  from: number | undefined,
  pause: (milliseconds: number) => Promise<void>,
  stopping: AbortSignal,
): Promise<boolean> {
  const options = {
    compare: 'versions' as const,
    repair: ['source-ahead' as const, 'missing' as const],
    ...(from !== undefined && { from: new Date(from).toISOString() }),
  };
  let run = await control('run.start', { mode: 'reconcile', options });
  while (!hasEnded(run.status)) {
    await pause(POLL_MS);
    if (stopping.aborted) return false;
    run = await control('run.show', { runId: run.id });
    if (run.waitCode !== undefined) report(`run ${run.id} waits. ${explained(run.waitCode)}`);
  }
  if (run.status === 'failed')
    throw new Error(`the run failed. ${explained(run.reason ?? 'INTERNAL')}. It is tried again`);
  const { synced, unchanged, failed } = run.entries;
  if (run.planned > 0 || run.status !== 'finished') {
    print(
      `reconcile ${run.status}: ${run.listed} checked, ${run.planned} repaired (${synced} synced, ${unchanged} unchanged, ${failed} failed)`,
    );
  }
  return run.status === 'finished';
}

/** The meaning of the code and what to do. */
function explained(code: string): string {
  const meaning = meaningOfRunCode(code) ?? 'see docs/runs.md';
  return `${code}: ${meaning.replaceAll('`', '"').replace('connector doctor', 'connector doctor --env-file FILE')}`;
}
