import { ConnectorError } from '../core/errors.ts';
import type { DifferenceClass, Run, RunPage } from '../core/run.ts';
import { decideTick, pageInHand, pageLimit, pageOf, settlePause } from '../core/run-feeding.ts';
import { sendsMessages } from '../core/run-options.ts';
import { pauseAfter } from '../core/run-stuck.ts';
import type { RunTick } from '../core/run-tick.ts';
import { decidePage } from './decide-page.ts';
import { runHooks } from './hooks.ts';
import type { FeederPorts, Feeding } from './ports.ts';
import { type Bodies, sendPage } from './send-page.ts';
import { moveWatermarks } from './settle.ts';

/** Receives of one tick after which a fault of ours ends the run: else it would go round for ever. */
const MOST_RECEIVES = 3;

export interface TickMessage {
  readonly tick: RunTick;
  readonly receives: number;
}

/** The tick that a run goes on with. */
interface NextTick {
  readonly seconds: number;
  readonly page: number;
  readonly wait?: number;
}

/**
 * One tick of a run: a page, or a look for its end. Returns when the tick is done with; throws when it has to come back as it is.
 * Everything in it may be repeated, and two ticks at once end as one.
 */
export async function feed(ports: FeederPorts, message: TickMessage): Promise<void> {
  const next = await work(ports, message);
  // Outside of everything that judges failures: a tick whose successor was not taken has to come back itself.
  if (next) await ports.ticks.send(message.tick.runId, next.seconds, next.page, next.wait);
}

/** Answers nothing if nobody has to go on: the run ended, or another tick has it. */
async function work(ports: FeederPorts, message: TickMessage): Promise<NextTick | undefined> {
  const run = await ports.runs.read(message.tick.runId);
  const { runSettings: settings } = ports;
  const decided = decideTick(run, { ...message, now: ports.clock(), settings });
  const handler = run && ports.handlers[run.handler];
  if (!run || decided.step === 'drop') return undefined;
  if (!handler) return fail(ports, run, 'HANDLER_UNKNOWN');
  const feeding = { ports, run, handler, limit: pageLimit(run, settings) };
  try {
    switch (decided.step) {
      case 'fail':
        return await fail(ports, run, decided.code);
      case 'later':
        return await later(ports, run, decided.seconds);
      case 'next-tick':
        return { seconds: 0, page: pageInHand(run), ...(run.waits !== undefined && { wait: run.waits }) };
      case 'settle':
        return await settle(feeding);
      case 'page':
        return await feedPage(feeding);
    }
  } catch (error) {
    return judge(ports, run, error, message.receives);
  }
}

async function feedPage(feeding: Feeding): Promise<NextTick | undefined> {
  const { ports, run } = feeding;
  const { runs, runSettings } = ports;
  if (run.cursor.page === 0) {
    const isTaken = await areHooksTaken(feeding, 'run.started');
    if (!isTaken) return afterHookFailure(feeding, run.createdAt);
  }
  if (sendsMessages(run.mode, run.options) && (await isQueueFull(feeding))) {
    return later(ports, run, runSettings.waitSeconds);
  }
  const { page, bodies } = await planPage(feeding);
  if (run.status === 'preparing' && (await runs.setStatus(run, 'running')) === 'refused') {
    // Another tick was faster, or somebody paused or ended it: what is true now decides.
    const now = await runs.read(run.id);
    if (now?.status !== 'running') return undefined;
  }
  await runs.report(run.id, page.differences);
  await sendPage(feeding, page, bodies);
  if ((await runs.advance(run, page.progress)) === 'stale') return undefined;
  countPage(feeding, page);
  return { seconds: pauseAfter(page.entries.length, run.ratePerSecond), page: page.page + 1 };
}

/** The plan that was made before, or a new one; whoever plans a page first plans it for all. */
async function planPage(feeding: Feeding): Promise<{ page: RunPage; bodies: Bodies | undefined }> {
  const { ports, run } = feeding;
  const planned = await ports.runs.planned(run.id, pageInHand(run));
  if (planned) return { page: planned, bodies: undefined };
  const at = ports.clock();
  const { bodies, ...decision } = await decidePage(feeding);
  const page = await ports.runs.plan(pageOf(run, decision));
  return { page, bodies: bodies && { of: bodies, at } };
}

async function isQueueFull({ ports, run }: Feeding): Promise<boolean> {
  const { ready, inFlight, delayed } = await ports.desk.state(`handler/${run.handler}`);
  return ready + inFlight + delayed >= ports.runSettings.topUpBelow;
}

/** All pages were sent: ends the run when every entry has ended, or has had its time. */
async function settle(feeding: Feeding): Promise<NextTick | undefined> {
  const { ports, run } = feeding;
  const { runs, runSettings, clock } = ports;
  const counts = await runs.entryCounts(run.id);
  const sentAt = run.sentAt ?? run.updatedAt;
  const isOver = counts.pending === 0 || clock() - sentAt >= runSettings.settleSeconds * 1_000;
  if (!isOver) return later(ports, run, settlePause(run, clock(), runSettings));
  const isTaken = await areHooksTaken(feeding, 'run.ended', { ...run.counts, ...counts });
  if (!isTaken) return afterHookFailure(feeding, sentAt + runSettings.settleSeconds * 1_000);
  await moveWatermarks(feeding);
  // `refused`: it was cancelled meanwhile, or another tick ended it.
  await runs.setStatus(run, 'finished');
  return undefined;
}

/** Tells the handlers; answers whether each that asks for it took it. */
async function areHooksTaken(
  feeding: Feeding,
  hook: 'run.started' | 'run.ended',
  counts: object = {},
): Promise<boolean> {
  const numbers = Object.entries(counts).filter(([, value]) => typeof value === 'number');
  try {
    await runHooks(feeding, hook, Object.fromEntries(numbers));
    return true;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return false;
  }
}

/** A hook that fails is forgiven for `hookSeconds` from `since` on, milliseconds since the epoch. */
function afterHookFailure({ ports, run }: Feeding, since: number): Promise<NextTick | undefined> {
  const isTooLong = ports.clock() - since > ports.runSettings.hookSeconds * 1_000;
  return isTooLong ? fail(ports, run, 'HOOK_FAILED') : later(ports, run, ports.runSettings.waitSeconds);
}

/** What the source or the OMS answers passes; what nobody can wait away ends the run; a fault of ours is tried again first. */
async function judge(
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
  return later(ports, run, Math.max(retryAfterSeconds, ports.runSettings.waitSeconds));
}

/**
 * Comes back to the same page. The sign of life first: a run that waits is not stuck. A tick that was doubled, by a lost answer
 * or by SQS, waits once: without that, ticks would multiply for as long as a page waits.
 */
async function later({ runs }: FeederPorts, run: Run, seconds: number): Promise<NextTick | undefined> {
  if ((await runs.wait(run)) === 'stale') return undefined;
  return { seconds, page: pageInHand(run), wait: (run.waits ?? 0) + 1 };
}

async function fail({ runs, metrics }: FeederPorts, run: Run, code: string): Promise<undefined> {
  const now = await runs.read(run.id);
  if (now && (await runs.setStatus(now, 'failed', code)) === 'changed') metrics.count('RunsFailed');
}

const drift: readonly DifferenceClass[] = ['source-ahead', 'missing'];
const differing: readonly DifferenceClass[] = [...drift, 'edited', 'orphan'];

/** Counted by the tick that moved the cursor, so once. */
function countPage({ ports: { metrics }, run }: Feeding, { differences, entries }: RunPage): void {
  if (run.mode !== 'reconcile') return;
  const count = (classes: readonly DifferenceClass[]): number =>
    differences.filter((one) => classes.includes(one.class)).length;
  if (run.options.compare === 'oms') metrics.count('Differences', count(differing));
  else metrics.count('Drift', count(drift));
  metrics.count('Repaired', entries.length);
}
