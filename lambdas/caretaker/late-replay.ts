import type { CaretakerPorts } from './ports.ts';

/**
 * After a start the archive is replayed a second time, when it holds all of the time before: a delete or an erasure that it took
 * late would be lost otherwise, for no list shows it. Not while real-time sync is stopped: the rule would hand on nothing.
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
  // A lost write is no second replay: the next look asks for one of the same name.
  await setting.write(rest, revision);
}
