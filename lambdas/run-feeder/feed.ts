import type { RunPage } from '../core/runs/run.ts';
import { decideTick, pageInHand, pageOf } from '../core/runs/run-feeding.ts';
import { sendsMessages } from '../core/runs/run-options.ts';
import { pageLimit, pauseAfter } from '../core/runs/run-pace.ts';
import type { RunTick } from '../core/runs/run-tick.ts';
import { countPage } from './count-page.ts';
import { decidePage } from './decide-page.ts';
import { afterHookFailure, areHooksTaken } from './hooks.ts';
import type { FeederPorts, Feeding } from './ports.ts';
import { type Bodies, sendPage } from './send-page.ts';
import { settle } from './settle.ts';
import { fail, judge, later, type NextTick } from './tick-ends.ts';

export interface TickMessage {
  readonly tick: RunTick;
  readonly receives: number;
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
    return later(ports, run, runSettings.waitSeconds, 'QUEUE_FULL');
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
  await countPage(feeding, page);
  const isLast = page.progress.cursor.stage === 'done';
  const seconds = isLast ? 0 : pauseAfter(page.entries.length, run.ratePerSecond);
  return { seconds, page: page.page + 1 };
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
  const { ready, inFlight, delayed } = await ports.queueAdmin.state(`handler/${run.handler}`);
  return ready + inFlight + delayed >= ports.runSettings.topUpBelow;
}
