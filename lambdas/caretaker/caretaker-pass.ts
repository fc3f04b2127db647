import { ConnectorError } from '../core/base/errors.ts';
import { holdConsuming, holdIntake } from './apply-switches.ts';
import { removeErasedCopies } from './erased-copies.ts';
import { finishCatchUp } from './finish-catch-up.ts';
import { keepCanary } from './keep-canary.ts';
import { replayLate } from './late-replay.ts';
import type { CaretakerPorts } from './ports.ts';
import { tendBreaker } from './probe-breaker.ts';
import { keepSchedules } from './start-scheduled-runs.ts';
import { reviveRuns } from './stuck-runs.ts';
import { watchSubscription } from './watch-subscription.ts';

interface Duty {
  readonly name: string;
  readonly work: (ports: CaretakerPorts) => Promise<void>;
}

/** One look after everything. Never throws: each duty fails alone, is counted and told, and comes again in a minute. */
export async function caretakerPass(ports: CaretakerPorts): Promise<void> {
  const handlerIds = Object.keys(ports.handlers);
  const forEach = (name: string, work: (ports: CaretakerPorts, id: string) => Promise<void>): Duty[] =>
    handlerIds.map((id) => ({ name: `${name}/${id}`, work: (all) => work(all, id) }));

  // Rows run at the same time, the duties of a row one after the other: a system that hangs holds up its own row only.
  const rows: readonly (readonly Duty[])[] = [
    ...handlerIds.map((id) => [
      { name: `breaker/${id}`, work: (all: CaretakerPorts) => tendBreaker(all, id) },
      { name: `switches/${id}`, work: (all: CaretakerPorts) => holdConsuming(all, id) },
    ]),
    [
      { name: 'switches/intake', work: holdIntake },
      { name: 'late-replay', work: replayLate },
    ],
    // What is known to be missed before the schedules: a lost hour is worth more than the next quarter.
    [
      { name: 'catch-up', work: finishCatchUp },
      { name: 'watchdog', work: watchSubscription },
      ...forEach('schedules', keepSchedules),
    ],
    [{ name: 'stuck-runs', work: reviveRuns }],
    [{ name: 'canary', work: keepCanary }],
    [{ name: 'erased-copies', work: removeErasedCopies }],
  ];
  await Promise.all(rows.map((row) => doInTurn(ports, row)));
}

async function doInTurn(ports: CaretakerPorts, row: readonly Duty[]): Promise<void> {
  for (const { name, work } of row) {
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
