import type { Random } from '@fluent-connector/twins/random';
import type { RunMode } from '../../../../lambdas/core/runs/run.ts';
import type { Change } from './change.ts';
import { commandsToMany, lifeUnderCommands, operate } from './commands.ts';
import { emailOf } from './content.ts';
import { type Draft, MINUTE } from './history.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Workloads of the control plane: runs, operators, the caretaker. */
export const besideWorkloads = [
  'full-run',
  'reconcile',
  'repair',
  'sweep',
  'long-pause',
  'outage-day',
  'stop-start',
  'prepare',
  'restore',
  'commands',
] as const;
export type BesideWorkload = (typeof besideWorkloads)[number];

export function isBeside(workload: string): workload is BesideWorkload {
  return besideWorkloads.some((one) => one === workload);
}

export interface Closing {
  readonly mode: RunMode;
  readonly options: Readonly<Record<string, unknown>>;
  readonly since?: number;
}

/** The setup of runs, operators and caretaker in a schedule. */
export interface BesidePlan {
  readonly runs: Readonly<Record<string, number>>;
  readonly care: Readonly<Record<string, number>>;
  /** Interval of the caretaker in milliseconds: a minute, or more in schedules of several days. */
  readonly careEvery: number;
  /**
   * Runs that an operator starts at the end, one after the other, if no such run that started after `since` (milliseconds after the start; absent: after the
   * faults) has finished.
   */
  readonly closing?: readonly Closing[];
  /** A schedule finds changes without a notification, wherever it was lost. */
  readonly findsLost: boolean;
  /** No change may end in a dead-letter queue. */
  readonly hasNoDeadLetters: boolean;
  /** At the end the operator retries every failure, and dead letters are moved back only after all checks. */
  readonly retriesAll?: true;
}

export interface BesideDraft extends Draft {
  readonly beside: BesidePlan;
  /** Handler settings that the workload needs. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Nothing starts by itself, and nothing is watched. */
const noCare = { reconcileMinutes: 0, incrementalMinutes: 0, comparisonMinutes: 0, sweepMinutes: 0 };

const quiet: BesidePlan = {
  runs: {},
  care: { ...noCare, watchSeconds: 86_400 },
  careEvery: MINUTE,
  findsLost: false,
  hasNoDeadLetters: false,
};

/** Pages so small that a few customers fill several of them. */
function smallPages(random: Random): Record<string, number> {
  return {
    pageSize: random.integer(1, 4),
    waitSeconds: random.pick([5, 15]),
    settleSeconds: random.pick([60, 900]),
    topUpBelow: random.pick([1, 3, 500]),
    stuckSeconds: 300,
  };
}

/** A first run over three customers and nothing else: to crash at every possible point. */
export function smallRun(random: Random): BesideDraft {
  const changes = [
    ...created(random, { customers: 3, until: 1_000, isSilent: true }),
    operate(6 * MINUTE, 'run.start', { mode: 'full' }),
  ];
  const runs = { pageSize: 2, waitSeconds: 5, settleSeconds: 900, stuckSeconds: 300 };
  return { customers: 3, changes, beside: { ...quiet, runs } };
}

export function besideDraft(workload: BesideWorkload, random: Random): BesideDraft {
  return drafts[workload](random);
}

const drafts: Readonly<Record<BesideWorkload, (random: Random) => BesideDraft>> = {
  'full-run': fullRun,
  reconcile,
  repair,
  sweep,
  'long-pause': longPause,
  'outage-day': outageDay,
  'stop-start': stopStart,
  prepare,
  restore,
  commands,
};

/** The first day: customers without notifications, a run that syncs them, and live edits at the same time. */
function fullRun(random: Random): BesideDraft {
  const customers = random.integer(3, 10);
  const start = 6 * MINUTE;
  const changes = [
    ...created(random, { customers, until: 30_000, isSilent: random.chance(0.8) }),
    ...edits(random, { customers, from: start - MINUTE, to: start + 5 * MINUTE, most: 8, deletes: 0.15 }),
    operate(start, 'run.start', {
      mode: 'full',
      options: {
        ...(random.chance(0.3) && { inlineBody: false }),
        ...(random.chance(0.2) && { force: true }),
      },
      ...(random.chance(0.2) && { ratePerSecond: random.pick([0.2, 1]) }),
    }),
  ];
  if (random.chance(0.2)) changes.push(operate(start + 5_000, 'run.start', { mode: 'full' }));
  if (random.chance(0.45)) {
    const at = start + random.integer(1_000, 2 * MINUTE);
    changes.push(operate(at, 'run.pause', {}), operate(at + random.integer(1_000, HOUR), 'run.resume', {}));
  }
  if (random.chance(0.35))
    changes.push(operate(start + random.integer(20_000, 3 * MINUTE), 'run.cancel', {}));
  if (random.chance(0.35))
    changes.push(operate(start + random.integer(0, MINUTE), 'run.throttle', { ratePerSecond: 1 }));
  if (random.chance(0.2))
    changes.push({ kind: 'deploy-stack', customer: 0, at: start + random.integer(0, 5 * MINUTE) });
  const closing = [{ mode: 'full', options: {}, since: 0 }] as const;
  return { customers, changes, beside: { ...quiet, runs: smallPages(random), closing } };
}

/** commercetools stops delivering for an hour; a schedule or the watchdog finds what was lost. */
function reconcile(random: Random): BesideDraft {
  const customers = random.integer(2, 6);
  const from = 12 * MINUTE;
  const lasts = random.pick([HOUR / 2, HOUR]);
  const care = random.pick([
    { ...noCare, watchSeconds: 300 },
    { ...noCare, reconcileMinutes: 15, watchSeconds: 86_400 },
    { ...noCare, incrementalMinutes: 20, watchSeconds: 86_400 },
    { ...noCare, reconcileMinutes: 15, incrementalMinutes: 40, watchSeconds: 300 },
  ]);
  const changes: Change[] = [
    ...created(random, { customers, until: 10 * MINUTE, isSilent: false }),
    ...edits(random, { customers, from, to: from + lasts - 1, most: 14, deletes: 0 }),
    { kind: 'subscription-stops', customer: 0, at: from, lasts },
  ];
  const findsLost = care.reconcileMinutes > 0 || care.incrementalMinutes > 0;
  // A cancelled run means that the operator does not want its changes found.
  const stop = findsLost ? random.pick(['run.cancel', 'run.pause'] as const) : 'run.pause';
  if (random.chance(0.3)) changes.push(operate(from + random.integer(0, 2 * lasts), stop, {}));
  return { customers, changes, beside: { ...quiet, runs: smallPages(random), care, findsLost } };
}

/** A comparison finds records that were edited in the OMS, and repairs them if requested. */
function repair(random: Random): BesideDraft {
  const customers = random.integer(2, 6);
  const changes: Change[] = [
    ...created(random, { customers, until: MINUTE, isSilent: random.chance(0.3) }),
    ...edits(random, { customers, from: 2 * MINUTE, to: 20 * MINUTE, most: 6, deletes: 0.1 }),
  ];
  for (let customer = 0; customer < customers; customer++)
    if (random.chance(0.5))
      changes.push({ kind: 'oms-edit', customer, at: random.integer(25 * MINUTE, 35 * MINUTE) });
  const options = { compare: 'oms', repair: ['source-ahead', 'missing', 'edited'] };
  changes.push(operate(40 * MINUTE, 'run.start', { mode: 'reconcile', options }));
  const closing = [{ mode: 'reconcile', options, since: 36 * MINUTE }] as const;
  return { customers, changes, beside: { ...quiet, runs: smallPages(random), closing } };
}

/** Deletes without a notification, next to customers that a replica sometimes misses. */
function sweep(random: Random): BesideDraft {
  const customers = random.integer(2, 6);
  const start = 30 * MINUTE;
  const changes: Change[] = [
    ...created(random, { customers, until: MINUTE, isSilent: false }),
    ...edits(random, { customers, from: 2 * MINUTE, to: start + HOUR / 2, most: 5, deletes: 0 }),
  ];
  for (let customer = 0; customer < customers; customer++)
    if (random.chance(0.4)) changes.push(lostDelete(random, customer, random.integer(15, 29) * MINUTE));
  changes.push(
    operate(start, 'run.start', { mode: 'sweep', options: random.chance(0.2) ? { dryRun: true } : {} }),
  );
  const runs = { ...smallPages(random), sweepCap: 1 };
  // A row may appear only after the first sweep, from a message that was in transit.
  const closing = [{ mode: 'sweep', options: {} }] as const;
  return { customers, changes, beside: { ...quiet, runs, closing } };
}

/**
 * A handler that is off for days, through a deployment, loses nothing; if it is off longer than messages are kept, it needs the steps of
 * the runbook: a full run, and a sweep for the deletes.
 */
function longPause(random: Random): BesideDraft {
  const customers = random.integer(1, 4);
  const from = random.integer(MINUTE, 10 * MINUTE);
  const isTooLong = random.chance(0.15);
  const to = from + (isTooLong ? 15 * DAY : random.pick([HOUR, DAY, Math.floor(3.5 * DAY)]));
  const span = { customers, from, to: Math.min(to, from + 6 * HOUR), most: 10, deletes: 0.1 };
  const changes: Change[] = [
    ...created(random, { customers, until: 5 * MINUTE, isSilent: false }),
    operate(from, 'handler.pause', {}),
    ...edits(random, isTooLong ? { ...span, erases: 0 } : span),
    operate(to, 'handler.resume', {}),
  ];
  for (let times = random.integer(0, 2); times > 0; times--)
    changes.push({ kind: 'deploy-stack', customer: 0, at: random.integer(from, to) });
  const careEvery = isTooLong ? HOUR : to - from > HOUR ? 10 * MINUTE : MINUTE;
  const beside = { ...quiet, careEvery, hasNoDeadLetters: true };
  if (!isTooLong) return { customers, changes, beside };
  return { customers, changes, beside: { ...beside, runs: { sweepCap: 1 }, closing: fullAndSweep } };
}

/** The table is restored from a backup: its rows are old until a forced run without bodies has finished. */
function restore(random: Random): BesideDraft {
  const customers = random.integer(1, 5);
  const backup = random.integer(5, 20) * MINUTE;
  const back = backup + random.pick([10 * MINUTE, 3 * HOUR]);
  const changes: Change[] = [
    ...created(random, { customers, until: 10 * MINUTE, isSilent: false }),
    { kind: 'table-backup', customer: 0, at: backup },
    ...edits(random, { customers, from: MINUTE, to: back + HOUR / 2, most: 14, deletes: 0.15, erases: 0 }),
    { kind: 'table-restore', customer: 0, at: back },
    operate(back + MINUTE, 'run.start', { mode: 'full', options: forced }),
  ];
  const runs = { ...smallPages(random), sweepCap: 1 };
  const closing = [
    { mode: 'full', options: forced, since: back },
    { mode: 'sweep', options: {} },
  ] as const;
  return { customers, changes, beside: { ...quiet, runs, closing } };
}

const forced = { force: true, inlineBody: false };
const fullAndSweep: readonly Closing[] = [
  { mode: 'full', options: {} },
  { mode: 'sweep', options: {} },
];

/** Fluent is down for a day: the breaker opens, nothing is given up, and the backlog drains by itself. */
function outageDay(random: Random): BesideDraft {
  const customers = random.integer(1, 4);
  const at = random.integer(MINUTE, 5 * MINUTE);
  const lasts = random.pick([HOUR, 6 * HOUR, DAY]);
  const changes: Change[] = [
    ...created(random, { customers, until: 10 * MINUTE, isSilent: false }),
    { kind: 'outage', customer: 0, at, service: 'fluent', lasts },
    ...edits(random, { customers, from: at, to: at + lasts, most: 12, deletes: 0.1 }),
  ];
  for (let times = random.integer(0, 2); times > 0; times--)
    changes.push({ kind: 'deploy-stack', customer: 0, at: at + random.integer(0, lasts + HOUR) });
  const care = { ...quiet.care, breakerAfter: random.pick([2, 3]), probeSeconds: 120 };
  const careEvery = lasts > HOUR ? 5 * MINUTE : MINUTE;
  return { customers, changes, beside: { ...quiet, care, careEvery, hasNoDeadLetters: true } };
}

/** Real-time sync is stopped and started again; changes and deletes in between are caught up. */
function stopStart(random: Random): BesideDraft {
  const customers = random.integer(2, 5);
  const from = random.integer(5 * MINUTE, 10 * MINUTE);
  const to = from + random.pick([20 * MINUTE, 3 * HOUR]);
  const changes: Change[] = [
    ...created(random, { customers, until: 10 * MINUTE, isSilent: false }),
    operate(from, 'intake.stop', {}),
    ...edits(random, { customers, from: from + 10_000, to: to + 5 * MINUTE, most: 12, deletes: 0.2 }),
    operate(to, 'intake.start', {}),
  ];
  if (random.chance(0.4)) changes.push({ kind: 'deploy-stack', customer: 0, at: random.integer(from, to) });
  return { customers, changes, beside: { ...quiet, runs: smallPages(random) } };
}

/** Changes are recorded, and sent when an operator requests it. */
function prepare(random: Random): BesideDraft {
  const customers = random.integer(1, 5);
  const from = random.integer(0, 2 * MINUTE);
  const to = from + random.pick([10 * MINUTE, 2 * HOUR]);
  const changes: Change[] = [
    ...created(random, { customers, until: 5 * MINUTE, isSilent: false }),
    operate(from, 'handler.mode', { mode: 'prepare' }),
    ...edits(random, { customers, from, to: to + 5 * MINUTE, most: 12, deletes: 0.2 }),
    operate(to, 'handler.mode', { mode: 'process' }),
    operate(to + random.integer(0, MINUTE), 'record.process', {}),
  ];
  if (random.chance(0.5)) changes.push(operate(random.integer(from, to), 'record.process', {}));
  return { customers, changes, beside: quiet };
}

/** Operator commands for single customers, with retries and forced runs at the same time, and causes of failures that end. */
function commands(random: Random): BesideDraft {
  const customers = random.integer(2, 6);
  const lives = Array.from({ length: customers }, (_, customer) => lifeUnderCommands(random, customer));
  const changes: Change[] = [
    ...created(random, { customers, until: 5 * MINUTE, isSilent: false }),
    ...edits(random, { customers, from: MINUTE, to: HOUR, most: 18, deletes: 0.08 }),
    ...lives.flat(),
    ...commandsToMany(random, customers),
  ];
  // A record of another retailer must not be adopted.
  const settings = { retailerByCountry: {} };
  const beside = { ...quiet, runs: smallPages(random), retriesAll: true } as const;
  return { customers, changes, beside, settings };
}

function created(
  random: Random,
  { customers, until, isSilent }: { customers: number; until: number; isSilent: boolean },
): Change[] {
  return Array.from({ length: customers }, (_, customer) => ({
    kind: 'create',
    customer,
    at: random.integer(0, until),
    gap: 0,
    content: { variant: random.integer(0, 7), email: emailOf(customer, 0) },
    ...(isSilent && { isSilent }),
  }));
}

function lostDelete(random: Random, customer: number, at: number): Change {
  return { kind: 'delete', customer, at, erase: false, keepsVersion: random.chance(0.6), isSilent: true };
}

function edits(
  random: Random,
  span: { customers: number; from: number; to: number; most: number; deletes: number; erases?: number },
): Change[] {
  const gone = new Set<number>();
  return Array.from({ length: random.integer(1, span.most) }, () => random.integer(span.from, span.to))
    .sort((a, b) => a - b)
    .flatMap((at): Change[] => {
      const customer = random.integer(0, span.customers - 1);
      if (gone.has(customer)) return [];
      if (random.chance(span.deletes)) {
        gone.add(customer);
        return [
          {
            kind: 'delete',
            customer,
            at,
            erase: random.chance(span.erases ?? 0.5),
            keepsVersion: random.chance(0.6),
          },
        ];
      }
      const content = { variant: random.integer(0, 7), email: emailOf(customer, 0) };
      return [{ kind: 'update', customer, at, gap: random.chance(0.3) ? random.integer(1, 3) : 0, content }];
    });
}
