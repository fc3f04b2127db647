import { createRandom, type Random } from '@fluent-connector/twins/random';
import {
  type BesideDraft,
  type BesidePlan,
  besideDraft,
  besideWorkloads,
  isBeside,
  smallRun,
} from './beside.ts';
import type { Change } from './change.ts';
import { emailOf } from './content.ts';
import { create, type Draft, history, MINUTE } from './history.ts';

export const workloads = [
  'mixed',
  'create',
  'burst',
  'create-update-delete',
  'erasure',
  'revert',
  'email-key',
  'run-bodies',
  'forced-run',
  'bad-input',
  'redrive',
  'retailer-change',
  'small-run',
  'beside',
  ...besideWorkloads,
] as const;
export type Workload = (typeof workloads)[number];

export interface Plan {
  readonly workload: Workload;
  readonly customers: number;
  readonly changes: readonly Change[];
  /** Handler settings that differ from the defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Delivery settings that differ from the defaults. */
  readonly delivery: Readonly<Record<string, number>>;
  readonly coalesceSeconds: number;
  readonly deduplicates: boolean;
  readonly hasReconcile: boolean;
  /** Off only where it would repair a planted bug. */
  readonly hasRedrive: boolean;
  readonly twoMappers: boolean;
  /** Runs, operators and caretaker, in schedules that have them. */
  readonly beside?: BesidePlan;
  /** Faults end here, in milliseconds after the start, unless an outage lasts longer. */
  readonly faultsUntil: number;
}

/** Share of the mixed schedules with runs, operators and caretaker: each takes as long as ten others. */
const BESIDE = 0.03;

/** The workload of a seed: the changes, their times and the settings. Faults are drawn separately. */
export function makePlan(seed: number, workload: Workload): Plan {
  const random = createRandom(seed ^ 0x1b873593);
  const draft = draftOf(workload, random);
  if ('beside' in draft) return besidePlan(workload, draft as BesideDraft, random);
  const settings = settingsOf(workload, random);
  if (settings['usernameStrategy'] === 'email' && random.chance(0.4))
    draft.changes.push(stranger(draft, random));
  const changes = draft.changes.sort((a, b) => a.at - b.at);
  const last = changes.at(-1)?.at ?? 0;
  return {
    workload,
    customers: draft.customers,
    changes,
    settings,
    delivery: random.chance(0.12) ? { giveUpSeconds: 3_600, giveUpMinReceives: 5, receiveGuard: 16 } : {},
    coalesceSeconds: random.pick([0, 5, 5, 30]),
    deduplicates: random.chance(0.8),
    hasReconcile: random.chance(0.4),
    hasRedrive: true,
    twoMappers: random.chance(0.15),
    faultsUntil: last + random.integer(0, 20) * MINUTE,
  };
}

/** Nothing repairs what a run or the caretaker must repair. */
function besidePlan(
  workload: Workload,
  { customers, changes, beside, settings }: BesideDraft,
  random: Random,
): Plan {
  const last = Math.max(...changes.map((change) => change.at + ('lasts' in change ? change.lasts : 0)));
  return {
    workload,
    customers,
    changes: changes.sort((a, b) => a.at - b.at),
    settings: { ...settingsOf(workload, random), usernameStrategy: 'customerId', ...settings },
    delivery: {},
    coalesceSeconds: random.pick([0, 5]),
    deduplicates: random.chance(0.8),
    hasReconcile: false,
    hasRedrive: true,
    twoMappers: false,
    beside,
    faultsUntil: last + random.integer(0, 20) * MINUTE,
  };
}

function settingsOf(workload: Workload, random: Random): Record<string, unknown> {
  const isByEmail = workload === 'email-key' || (workload === 'mixed' && random.chance(0.15));
  return {
    retailerId: '1',
    usernameStrategy: isByEmail
      ? 'email'
      : random.pick(['customerId', 'customerId', 'retailerId_customerId']),
    onDelete: random.pick(['ignore', 'anonymise']),
    clearMode: random.pick(['keep', 'null', 'emptyString']),
    // A record of another customer with the same e-mail and another retailer is a conflict.
    ...((workload === 'retailer-change' || random.chance(isByEmail ? 0 : 0.15)) && {
      retailerByCountry: { FR: '2' },
    }),
  };
}

function stranger({ customers }: Draft, random: Random): Change {
  const customer = random.integer(0, customers - 1);
  const which = random.pick(['marked', 'unmarked', 'other-retailer'] as const);
  return { kind: 'stranger', customer, at: 0, which, email: emailOf(customer, 0) };
}

function draftOf(workload: Workload, random: Random): Draft | BesideDraft {
  if (isBeside(workload)) return besideDraft(workload, random);
  switch (workload) {
    case 'small-run':
      return smallRun(random);
    case 'beside':
      return besideDraft(random.pick(besideWorkloads), random);
    case 'create':
      return { customers: 1, changes: [create(0, 0, random, false)] };
    case 'burst':
      return burst(random);
    case 'create-update-delete':
      return lifeOf(random, { erase: false });
    case 'erasure':
      return lifeOf(random, { erase: true });
    case 'retailer-change':
    case 'revert':
      return history(random, {
        customers: 1,
        changes: random.integer(3, 8),
        reverts: 0.7,
        deletes: 0,
        emails: 0,
      });
    case 'email-key':
      return history(random, {
        customers: random.integer(1, 4),
        changes: random.integer(2, 14),
        reverts: 0.2,
        deletes: 0.15,
        emails: 0.4,
      });
    case 'run-bodies':
      return withRuns(
        random,
        history(random, {
          customers: random.integer(1, 3),
          changes: random.integer(2, 8),
          reverts: 0.3,
          deletes: 0.2,
          emails: 0,
        }),
        { force: false },
      );
    case 'forced-run':
      return withRuns(
        random,
        history(random, {
          customers: random.integer(1, 3),
          changes: random.integer(2, 8),
          reverts: 0.3,
          deletes: 0.15,
          emails: 0,
        }),
        { force: true },
      );
    case 'bad-input':
      return withNoise(
        random,
        history(random, {
          customers: random.integer(1, 3),
          changes: random.integer(2, 8),
          reverts: 0.2,
          deletes: 0.2,
          emails: 0,
        }),
        random.integer(4, 16),
      );
    case 'redrive':
      return history(random, {
        customers: random.integer(1, 3),
        changes: random.integer(3, 12),
        reverts: 0.4,
        deletes: 0.2,
        emails: 0,
        broken: 0.2,
      });
    case 'mixed':
      return mixed(random);
  }
}

function mixed(random: Random): Draft | BesideDraft {
  if (random.chance(BESIDE)) return besideDraft(random.pick(besideWorkloads), random);
  const most = random.pick([3, 8, 15, 40]);
  const draft = history(random, {
    customers: random.integer(1, 5),
    changes: random.integer(1, most),
    reverts: 0.3,
    deletes: 0.2,
    emails: 0.1,
    broken: 0.03,
    operations: 0.1,
  });
  const withSome = random.chance(0.25) ? withRuns(random, draft, { force: random.chance(0.4) }) : draft;
  return random.chance(0.3) ? withNoise(random, withSome, random.integer(1, 4)) : withSome;
}

function burst(random: Random): Draft {
  const changes: Change[] = [create(0, 0, random, false)];
  for (let i = 1; i <= 5; i++) {
    changes.push({
      kind: 'update',
      customer: 0,
      at: i * 400,
      gap: 0,
      content: { variant: i, email: emailOf(0, 0) },
    });
  }
  return { customers: 1, changes };
}

function lifeOf(random: Random, { erase }: { erase: boolean }): Draft {
  const gap = random.pick([1_000, 30_000, 5 * MINUTE]);
  return {
    customers: 1,
    changes: [
      create(0, 0, random, false),
      { kind: 'update', customer: 0, at: gap, gap: 1, content: { variant: 1, email: emailOf(0, 0) } },
      { kind: 'delete', customer: 0, at: 2 * gap, erase, keepsVersion: random.chance(0.7) },
    ],
  };
}

/** Pages of runs that race with live events. */
function withRuns(random: Random, draft: Draft, { force }: { force: boolean }): Draft {
  const span = Math.max(...draft.changes.map(({ at }) => at), 60_000);
  const changes = [...draft.changes];
  if (random.chance(0.3)) changes.push({ kind: 'deploy', customer: 0, at: random.integer(0, span) });
  for (let run = 1; run <= random.integer(1, 3); run++) {
    const at = random.integer(0, span + 30_000);
    const withBody = random.chance(0.75);
    for (let customer = 0; customer < draft.customers; customer++) {
      if (force && random.chance(0.4))
        changes.push({ kind: 'oms-edit', customer, at: Math.max(0, at - 1_000) });
      changes.push({
        kind: 'run',
        customer,
        run,
        at,
        force,
        withBody,
        lag: random.pick([0, 2_000, 60_000, 240_000]),
      });
    }
  }
  if (changes.some(({ kind }) => kind === 'oms-edit' || kind === 'deploy')) {
    // Only a forced run repairs an edit in the OMS, and only a run applies a new mapper.
    for (let customer = 0; customer < draft.customers; customer++)
      changes.push({
        kind: 'run',
        customer,
        run: 99,
        at: span + 60_000,
        force: true,
        withBody: false,
        lag: 0,
      });
  }
  return { customers: draft.customers, changes };
}

function withNoise(random: Random, draft: Draft, pieces: number): Draft {
  const span = Math.max(...draft.changes.map(({ at }) => at), 60_000);
  const noise = Array.from(
    { length: pieces },
    (): Change => ({
      kind: random.chance(0.7) ? 'noise' : 'bad-message',
      customer: 0,
      at: random.integer(0, span),
      number: random.integer(0, 1_000),
    }),
  );
  return { customers: draft.customers, changes: [...draft.changes, ...noise] };
}
