import type { CaretakerPorts } from './ports.ts';

/**
 * Replays the archive a second time after a start, once it is complete: a delete or an erasure that was
 * archived late is in no list of commercetools. Not while real-time sync is stopped, because the rule would
 * pass on nothing.
 */
export async function replayLate({
  settings,
  switches,
  clock,
}: Pick<CaretakerPorts, 'settings' | 'switches' | 'clock'>): Promise<void> {
  const setting = settings.intake();
  const { value, revision } = await setting.read();
  const { replay, ...rest } = value;
  if (!replay || rest.stopped || clock() < replay.notBefore) return;
  await switches.replay(`late-${replay.from}-${replay.to}`, replay.from, replay.to);
  // If this write fails, the next pass requests the same replay, which EventBridge does not run twice.
  await setting.write(rest, revision);
}
