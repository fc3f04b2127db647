/** Reading order: handler.ts -> feed.ts -> decide-page.ts -> send-page.ts -> settle.ts. */

import type { RunPage } from '../core/runs/run.ts';
import { sendsMessages } from '../core/runs/run-options.ts';
import { pageLimit, pauseAfter } from '../core/runs/run-pace.ts';
import { decideStep, pageInHand } from '../core/runs/run-step.ts';
import type { RunTick } from '../core/runs/run-tick.ts';
import { countPage } from './count-page.ts';
import { decidePage } from './decide-page.ts';
import { afterHookFailure, notifyHooks } from './notify-hooks.ts';
import { pageOf } from './page-decision.ts';
import type { FeederPorts, Feeding } from './ports.ts';
import { type Bodies, sendPage } from './send-page.ts';
import { settle } from './settle.ts';
import { afterError, failRun, type NextStep, repeatLater } from './step-result.ts';

export interface TickMessage {
  readonly tick: RunTick;
  readonly receives: number;
}

/**
 * One step of a run: sends a page, or checks whether the run is finished, then sends the message for the next step. Throws if
 * SQS should deliver this message again. A step may be repeated; of two copies at the same time only one continues the run.
 */
export async function feed(ports: FeederPorts, message: TickMessage): Promise<void> {
  const next = await runStep(ports, message);
  if (!next) return;
  const { seconds, ...place } = next;
  // If the queue refuses it, SQS delivers the current message again; so this must not be handled by afterError.
  await ports.ticks.send({ runId: message.tick.runId, ...place }, seconds);
}

/** Answers `undefined` if the run has ended or another message continues it. */
async function runStep(ports: FeederPorts, message: TickMessage): Promise<NextStep | undefined> {
  const run = await ports.runs.read(message.tick.runId);
  const { runSettings: settings } = ports;
  const decided = decideStep(run, { ...message, now: ports.clock(), settings });
  const handler = run && ports.handlers[run.handler];
  if (!run || decided.step === 'drop') return undefined;
  if (!handler) return failRun({ ports, run }, 'HANDLER_UNKNOWN');
  const feeding = { ports, run, handler, limit: pageLimit(run, settings) };
  try {
    switch (decided.step) {
      case 'fail':
        return await failRun(feeding, decided.code);
      case 'later':
        return await repeatLater(feeding, decided.seconds);
      case 'send-next':
        return { seconds: 0, page: pageInHand(run), ...(run.waits !== undefined && { wait: run.waits }) };
      case 'settle':
        return await settle(feeding);
      case 'page':
        return await feedPage(feeding);
    }
  } catch (error) {
    return afterError(feeding, error, message.receives);
  }
}

async function feedPage(feeding: Feeding): Promise<NextStep | undefined> {
  const { ports, run } = feeding;
  const { runs, runSettings } = ports;
  if (run.cursor.page === 0) {
    const isAccepted = await notifyHooks(feeding, 'run.started');
    if (!isAccepted) return afterHookFailure(feeding, run.createdAt);
  }
  if (sendsMessages(run.mode, run.options) && (await isQueueFull(feeding))) {
    return repeatLater(feeding, runSettings.waitSeconds, 'QUEUE_FULL');
  }
  const { page, bodies } = await planPage(feeding);
  if (run.status === 'preparing' && (await runs.setStatus(run, 'running')) === 'refused') {
    // Another message started it, or an operator paused or cancelled it: the current status decides.
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

/** The stored plan of the page, or a new one. If two steps plan the same page, both use the plan that was stored first. */
async function planPage(feeding: Feeding): Promise<{ page: RunPage; bodies: Bodies | undefined }> {
  const { ports, run } = feeding;
  const planned = await ports.runs.planned(run.id, pageInHand(run));
  if (planned) return { page: planned, bodies: undefined };
  const at = ports.clock();
  const decision = await decidePage(feeding);
  const page = await ports.runs.plan(pageOf(run, decision));
  return { page, bodies: decision.bodies && { of: decision.bodies, at } };
}

async function isQueueFull({ ports, run }: Feeding): Promise<boolean> {
  const { ready, inFlight, delayed } = await ports.queueAdmin.state(`handler/${run.handler}`);
  return ready + inFlight + delayed >= ports.runSettings.topUpBelow;
}
