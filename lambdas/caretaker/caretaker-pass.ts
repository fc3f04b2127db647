import { ConnectorError } from '../core/base/errors.ts';
import { applyConsuming, applyIntake } from './apply-switches.ts';
import { removeErasedCopies } from './erased-copies.ts';
import { finishCatchUp } from './finish-catch-up.ts';
import { keepCanary } from './keep-canary.ts';
import { replayLate } from './late-replay.ts';
import type { CaretakerPorts } from './ports.ts';
import { tendBreaker } from './probe-breaker.ts';
import { startScheduledRuns } from './start-scheduled-runs.ts';
import { reviveRuns } from './stuck-runs.ts';
import { watchSubscription } from './watch-subscription.ts';

interface Duty {
  readonly name: string;
  readonly work: (ports: CaretakerPorts) => Promise<void>;
}

/** Performs every duty once. Never throws: a failed duty is counted, logged and tried again later. */
export async function caretakerPass(ports: CaretakerPorts): Promise<void> {
  const handlerIds = Object.keys(ports.handlers);

  // Groups run in parallel, the duties of a group in turn: a system that hangs delays only its own group.
  const groups: readonly (readonly Duty[])[] = [
    ...handlerIds.map((id) => [
      { name: `breaker/${id}`, work: (all: CaretakerPorts) => tendBreaker(all, id) },
      { name: `switches/${id}`, work: (all: CaretakerPorts) => applyConsuming(all, id) },
    ]),
    [
      { name: 'switches/intake', work: applyIntake },
      { name: 'late-replay', work: replayLate },
    ],
    // Known gaps come before the schedules, which would start the one run that a handler may have.
    [
      { name: 'catch-up', work: finishCatchUp },
      { name: 'watchdog', work: watchSubscription },
      ...handlerIds.map((id) => ({
        name: `schedules/${id}`,
        work: (all: CaretakerPorts) => startScheduledRuns(all, id),
      })),
    ],
    [{ name: 'stuck-runs', work: reviveRuns }],
    [{ name: 'canary', work: keepCanary }],
    [{ name: 'erased-copies', work: removeErasedCopies }],
  ];
  await Promise.all(groups.map((group) => performInTurn(ports, group)));
}

async function performInTurn(ports: CaretakerPorts, duties: readonly Duty[]): Promise<void> {
  for (const { name, work } of duties) {
    try {
      await work(ports);
    } catch (error) {
      ports.metrics.count('CareProblems');
      ports.log.error({
        code: error instanceof ConnectorError ? error.code : 'INTERNAL',
        errorName: error instanceof Error ? error.name : 'Unknown',
        place: `caretaker/${name}`,
      });
    }
  }
}
