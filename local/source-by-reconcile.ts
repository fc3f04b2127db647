import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded } from '../lambdas/core/runs/run.ts';
import { meaningOfRunCode } from '../lambdas/core/runs/run-codes.ts';
import { type Control, ControlRefusal } from './connector/embedded-control.ts';

/** Nothing can push to a laptop: this often the source is asked what is new. */
const EVERY_MS = 10_000;
const LOOK_MS = 1_000;
/** A window begins this long before the last one: commercetools may show a change late, and clocks differ. */
const OVERLAP_MS = 10 * 60_000;

export interface ReconcileOptions {
  readonly control: Control;
  /** Milliseconds since the epoch: what was modified before is left alone; absent = everything. */
  readonly since?: number | undefined;
  readonly print: (line: string) => void;
  readonly everyMs?: number;
}

/**
 * Takes the place of the subscription: one reconcile after the other, each over what was modified since the last that ended well,
 * with all that is missing or stale repaired.
 *
 * @returns a function that ends it, and resolves when no run is watched any more.
 */
export function reconcileAgainAndAgain(options: ReconcileOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { everyMs = EVERY_MS } = options;
  const rest = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);

  async function forever(): Promise<void> {
    let from = options.since;
    let told = '';
    const tell = (problem: string) => {
      if (problem !== told && problem !== '') options.print(`reconcile: ${problem}`);
      told = problem;
    };
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      const isSeen = await reconcile({ ...options, tell }, from, rest, stopping.signal).catch(
        (error: unknown) => {
          tell(problemOf(error));
          return false;
        },
      );
      if (isSeen) {
        tell('');
        from = Math.max(startedAt - OVERLAP_MS, options.since ?? 0);
      }
      await rest(Math.max(everyMs - (Date.now() - startedAt), 0));
    }
  }
  const ended = forever();
  return () => {
    stopping.abort();
    return ended;
  };
}

/** Told once, as long as it lasts. That an operator's own run is running is none. */
function problemOf(error: unknown): string {
  if (error instanceof ControlRefusal && error.code === 'RUN_BUSY') return '';
  return error instanceof Error ? error.message : String(error);
}

/** One run, watched until it ends; did it end well? Another one that runs is left alone: control refuses a second. */
async function reconcile(
  { control, print, tell }: ReconcileOptions & { readonly tell: (problem: string) => void },
  from: number | undefined,
  rest: (milliseconds: number) => Promise<void>,
  stopping: AbortSignal,
): Promise<boolean> {
  const options = {
    compare: 'versions' as const,
    repair: ['source-ahead' as const, 'missing' as const],
    ...(from !== undefined && { from: new Date(from).toISOString() }),
  };
  let run = await control('run.start', { mode: 'reconcile', options });
  while (!hasEnded(run.status)) {
    await rest(LOOK_MS);
    if (stopping.aborted) return false;
    run = await control('run.show', { runId: run.id });
    if (run.waitCode !== undefined) tell(`run ${run.id} waits. ${explained(run.waitCode)}`);
  }
  if (run.status === 'failed')
    throw new Error(`the run failed. ${explained(run.reason ?? 'INTERNAL')}. It is tried again`);
  const { synced, unchanged, failed } = run.entries;
  if (run.planned > 0 || run.status !== 'finished') {
    print(
      `reconcile ${run.status}: ${run.listed} looked at, ${run.planned} repaired (${synced} synced, ${unchanged} unchanged, ${failed} failed)`,
    );
  }
  return run.status === 'finished';
}

/** With what to do: who runs the connector here has nobody else to ask. */
function explained(code: string): string {
  const meaning = meaningOfRunCode(code) ?? 'see docs/runs.md';
  return `${code}: ${meaning.replaceAll('`', '"').replace('connector doctor', 'connector doctor --env-file FILE')}`;
}
