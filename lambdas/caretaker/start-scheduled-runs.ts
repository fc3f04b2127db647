import type { ScheduleName } from '../core/base/live-settings.ts';
import {
  afterRefusal,
  afterStart,
  currentSchedule,
  isDue,
  onceSoon,
  plannedAt,
  scheduledRuns,
  schedulesByRarity,
} from '../core/operations/schedule.ts';
import type { CaretakerPorts } from './ports.ts';
import { start } from './start-own-run.ts';

/** Starts the runs of one handler that are due. */
export async function startScheduledRuns(ports: CaretakerPorts, handlerId: string): Promise<void> {
  // In turn: a handler has one run at a time, and the first schedule gets it.
  for (const name of schedulesByRarity) await startIfDue(ports, name, handlerId);
}

async function startIfDue(ports: CaretakerPorts, name: ScheduleName, handler: string): Promise<void> {
  const { settings, care, clock } = ports;
  const now = clock();
  const setting = settings.schedule(name, handler);
  const { value: stored, revision } = await setting.read();
  let schedule = currentSchedule(name, stored, { care, now });
  if (isDue(schedule, now)) {
    const answer = await start(ports, {
      handler,
      ...scheduledRuns[name],
      startedBy: `schedule:${name}`,
      plannedAt: plannedAt(schedule),
    });
    schedule =
      'runId' in answer
        ? afterStart(schedule, answer.runId, now)
        : afterRefusal(schedule, answer.refused, now);
  }
  // On a conflict an operator has changed the schedule, and that change wins.
  if (schedule !== stored) await setting.write(schedule, revision);
}

/** Adds one start of a schedule as soon as possible. */
export async function startSoon(
  { settings, clock }: Pick<CaretakerPorts, 'settings' | 'clock'>,
  name: ScheduleName,
  handler: string,
): Promise<void> {
  const setting = settings.schedule(name, handler);
  const { value: stored, revision } = await setting.read();
  const sooner = stored && onceSoon(stored, clock());
  if (sooner !== stored) await setting.write(sooner, revision);
}
