import { ConnectorError } from '../core/errors.ts';
import type { WatermarkKind } from '../core/live-settings.ts';
import { movedWatermark, watermarksMoved } from '../core/run-window.ts';
import type { Feeding } from './ports.ts';

/** Somebody else wrote in between, this often at most. */
const WRITES = 5;

/** The run has succeeded: what it has seen need not be looked at again. Before it is called finished, so that a crash repeats it. */
export async function moveWatermarks(feeding: Feeding): Promise<void> {
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
