import { ConnectorError } from '../core/base/errors.ts';
import type { WatermarkKind } from '../core/base/live-settings.ts';
import { settlePause } from '../core/runs/run-feeding.ts';
import { movedWatermark, watermarksMoved } from '../core/runs/run-window.ts';
import { afterHookFailure, areHooksTaken } from './hooks.ts';
import type { Feeding } from './ports.ts';
import { later, type NextTick } from './tick-ends.ts';

/** Somebody else wrote in between, this often at most. */
const WRITES = 5;

/** All pages were sent: ends the run when every entry has ended, or has had its time. */
export async function settle(feeding: Feeding): Promise<NextTick | undefined> {
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

/** The run has succeeded: what it has seen need not be looked at again. Before it is called finished, so that a crash repeats it. */
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
    'The watermark of the run could not be written: others wrote it each time.',
  );
}
