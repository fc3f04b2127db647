import type { ScheduleName } from '../core/base/live-settings.ts';
import {
  afterRefusal,
  afterStart,
  defaultSchedule,
  followStage,
  isDue,
  onceSoon,
  plannedAt,
  scheduledRuns,
  schedulesByRarity,
} from '../core/operations/schedule.ts';
import type { CaretakerPorts } from './ports.ts';
import { start } from './start-own-run.ts';

/** Starts what is due of one handler. */
export async function keepSchedules(ports: CaretakerPorts, handlerId: string): Promise<void> {
  // One after the other: there is one run of a handler at a time, and the first one gets it.
  for (const name of schedulesByRarity) await keepSchedule(ports, name, handlerId);
}

async function keepSchedule(ports: CaretakerPorts, name: ScheduleName, handler: string): Promise<void> {
  const { settings, care, clock } = ports;
  const now = clock();
  const setting = settings.schedule(name, handler);
  const { value: stored, revision } = await setting.read();
  let schedule = stored ? followStage(stored, name, care, now) : defaultSchedule(name, care, now);
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
  // A conflict: an operator moved it meanwhile, and the operator's word stands.
  if (schedule !== stored) await setting.write(schedule, revision);
}

/** Brings a schedule forward, once. */
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
