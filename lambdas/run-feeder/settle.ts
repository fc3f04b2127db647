import { ConnectorError } from '../core/base/errors.ts';
import type { WatermarkKind } from '../core/base/live-settings.ts';
import { settlePause } from '../core/runs/run-step.ts';
import { movedWatermark, watermarksMoved } from '../core/runs/run-window.ts';
import { afterHookFailure, notifyHooks } from './notify-hooks.ts';
import type { Feeding } from './ports.ts';
import { type NextStep, repeatLater } from './step-result.ts';

/** Attempts to write a watermark that others write at the same time. */
const WRITES = 5;

/** Called after the last page: ends the run when every entry has an outcome, or after `settleSeconds`. */
export async function settle(feeding: Feeding): Promise<NextStep | undefined> {
  const { ports, run } = feeding;
  const { runs, runSettings, clock } = ports;
  const counts = await runs.entryCounts(run.id);
  const sentAt = run.sentAt ?? run.updatedAt;
  const isOver = counts.pending === 0 || clock() - sentAt >= runSettings.settleSeconds * 1_000;
  if (!isOver) return repeatLater(feeding, settlePause(run, clock(), runSettings));
  const isAccepted = await notifyHooks(feeding, 'run.ended', { ...run.counts, ...counts });
  if (!isAccepted) return afterHookFailure(feeding, sentAt + runSettings.settleSeconds * 1_000);
  await moveWatermarks(feeding);
  // `refused`: it was cancelled in the meantime, or another step ended it.
  await runs.setStatus(run, 'finished');
  return undefined;
}

/** Before the status becomes `finished`, so that a step that repeats after a crash moves them too. */
async function moveWatermarks(feeding: Feeding): Promise<void> {
  for (const kind of watermarksMoved(feeding.run).kinds) await moveWatermark(feeding, kind);
}

async function moveWatermark({ ports, run }: Feeding, kind: WatermarkKind): Promise<void> {
  const setting = ports.settings.watermark(kind, run.handler);
  for (let tries = 0; tries < WRITES; tries++) {
    const { value, revision } = await setting.read();
    const next = movedWatermark(value, watermarksMoved(run), { runId: run.id, at: ports.clock() });
    if (!next || (await setting.write(next, revision)) === 'written') return;
  }
  throw new ConnectorError(
    { failureClass: 'retry', code: 'WATERMARK_CONTENDED' },
    'The watermark of the run could not be written: it changed during every attempt.',
  );
}
