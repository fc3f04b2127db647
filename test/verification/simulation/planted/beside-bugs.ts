import type { Change } from '../plan/change.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlantedBug } from './planted-bug.ts';

const feed = 'lambdas/run-feeder/feed.ts';
const send = 'lambdas/run-feeder/send-page.ts';
const sourcePages = 'lambdas/run-feeder/source-pages.ts';
const sweep = 'lambdas/run-feeder/sweep.ts';
const windows = 'lambdas/core/runs/run-window.ts';
const runs = 'test/fakes/memory-run-store.ts';

const noOverlap = {
  file: windows,
  from: 'const start = watermark.until - settings.overlapSeconds * 1_000;',
  to: 'const start = watermark.until;',
};

const noSecondLook = {
  file: sweep,
  from: 'const { gone, existing } = await checkExistence(feeding, page.items);',
  to: 'const gone = [...page.items];\n  const existing: typeof gone = [];',
};

/** The breaker would limit the number of receives. */
const withoutBreaker = ({ beside }: Plan): Partial<Plan> =>
  beside ? { beside: { ...beside, care: { ...beside.care, breakerAfter: 1_000_000 } } } : {};

/** Only the schedule may find lost changes, and a cancelled run is not started again by hand. */
const byScheduleAlone = ({ beside }: Plan): Partial<Plan> =>
  beside
    ? {
        beside: {
          ...beside,
          findsLost: true,
          care: { ...beside.care, watchSeconds: 86_400, reconcileMinutes: 15, incrementalMinutes: 0 },
        },
      }
    : {};

/** Only the watchdog may find lost changes. */
const byWatchdogAlone = ({ beside, changes }: Plan): Partial<Plan> =>
  beside
    ? {
        changes: changes.filter(({ kind }) => kind !== 'operate'),
        beside: {
          ...beside,
          findsLost: false,
          care: { ...beside.care, watchSeconds: 300, reconcileMinutes: 0, incrementalMinutes: 0 },
        },
      }
    : {};

/** An operator who cancels one run after the other. */
const cancels = [44, 46, 50, 58, 61].map(
  (minute): Change => ({
    kind: 'operate',
    customer: 0,
    at: minute * 60_000 + 1_000,
    operation: 'run.cancel',
    input: {},
  }),
);

/** The mistakes of runs, pauses and the breaker. */
export const besideBugs: readonly PlantedBug[] = [
  {
    id: 'PB33a',
    what: 'the cursor of a run is moved before its messages are sent',
    edits: [
      {
        file: feed,
        from: "  await sendPage(feeding, page, bodies);\n  if ((await runs.advance(run, page.progress)) === 'stale') return undefined;",
        to: "  if ((await runs.advance(run, page.progress)) === 'stale') return undefined;\n  await sendPage(feeding, page, bodies);",
      },
    ],
    workload: 'full-run',
  },
  {
    id: 'PB33b',
    what: 'refused messages of a page are ignored',
    edits: [
      {
        file: send,
        from: 'left = left.filter((_, index) => refused.has(index));',
        to: 'left = left.filter((_, index) => refused.has(index) && false);',
      },
    ],
    workload: 'full-run',
  },
  {
    id: 'PB33c',
    what: 'the cursor is incremented instead of moved from its current page',
    edits: [
      {
        file: runs,
        from: 'const isThere = run?.cursor.page === cursor.page && run.cursor.stage === cursor.stage;',
        to: 'const isThere = run !== undefined && cursor !== undefined;',
      },
      {
        file: runs,
        from: '        cursor: to,\n',
        to: '        cursor: { ...to, page: run.cursor.page + 1 },\n',
      },
    ],
    workload: 'full-run',
  },
  {
    id: 'PB34a',
    what: 'the watermark is moved before the run has ended',
    edits: [
      {
        file: feed,
        from: '  const { page, bodies } = await planPage(feeding);',
        to: '  await moveWatermarks(feeding);\n  const { page, bodies } = await planPage(feeding);',
      },
      {
        file: feed,
        from: "import { settle } from './settle.ts';",
        to: "import { moveWatermarks, settle } from './settle.ts';",
      },
      {
        file: 'lambdas/run-feeder/settle.ts',
        from: 'async function moveWatermarks(',
        to: 'export async function moveWatermarks(',
      },
    ],
    workload: 'reconcile',
    plan: (plan) => ({ ...byScheduleAlone(plan), changes: [...plan.changes, ...cancels] }),
  },
  {
    id: 'PB34b',
    what: 'windows of a reconcile without overlap',
    edits: [noOverlap],
    workload: 'reconcile',
    plan: byScheduleAlone,
    faults: ['ct-list stale-list', 'outage', 'partner missing'],
    rate: 0.3,
  },
  {
    id: 'PB34c',
    what: 'a window whose end moves during the run',
    edits: [
      noOverlap,
      {
        file: sourcePages,
        from: '...(run.window && { window: run.window }),',
        to: '...(run.window && { window: { ...run.window, to: ports.clock() } }),',
      },
      {
        file: windows,
        from: 'until: to ?? run.createdAt,',
        to: 'until: to === undefined ? run.createdAt : run.updatedAt,',
      },
    ],
    workload: 'reconcile',
    plan: byScheduleAlone,
    faults: ['partner missing', 'ct-list 503', 'depth'],
    rate: 0.3,
  },
  {
    id: 'PB35a',
    what: 'a sweep that deletes after one 404',
    edits: [noSecondLook],
    workload: 'sweep',
    faults: ['ct-read stale-404', 'ct-query missing-id'],
    rate: 0.3,
  },
  {
    id: 'PB35b',
    what: 'a sweep that deletes every customer that is not listed',
    edits: [
      noSecondLook,
      {
        file: sweep,
        from: 'const { gone } = await checkExistence(feeding, unlisted);',
        to: 'const gone = unlisted;',
      },
    ],
    workload: 'sweep',
    faults: ['ct-query missing-id'],
    rate: 0.3,
  },
  {
    id: 'PB36a',
    what: 'given up after 100 receives',
    edits: [
      {
        file: 'lambdas/core/delivery/delivery-settings.ts',
        from: 'receiveGuard: z._default(z.int().check(z.gte(5), z.lt(1000)), 900),',
        to: 'receiveGuard: z._default(z.int().check(z.gte(5), z.lt(1000)), 100),',
      },
    ],
    workload: 'outage-day',
    plan: withoutBreaker,
  },
  {
    id: 'PB36b',
    what: 'given up by its age when a pause of days ends',
    edits: [
      {
        file: 'lambdas/core/delivery/protocol.ts',
        from: "return isOld && receives >= settings.giveUpMinReceives ? 'GAVE_UP_AGE' : undefined;",
        to: "return isOld ? 'GAVE_UP_AGE' : undefined;",
      },
    ],
    workload: 'long-pause',
    faults: ['partner duplicate'],
  },
  {
    id: 'PB39a',
    what: 'a breaker that never half-opens',
    edits: [
      {
        file: 'lambdas/core/delivery/breaker.ts',
        from: "return { ...breaker, state: 'half-open', successes, lastProbeAt: now };",
        to: 'return { ...breaker, successes, lastProbeAt: now };',
      },
    ],
    workload: 'outage-day',
  },
  {
    id: 'X5',
    what: 'the archive is replayed before it holds everything, and never again',
    edits: [
      {
        file: 'lambdas/caretaker/late-replay.ts',
        from: 'clock() < replay.notBefore) return;\n',
        to: 'clock() < replay.notBefore) return;\n  if (rest) return void (await setting.write(rest, revision));\n',
      },
    ],
    workload: 'stop-start',
    faults: ['archive'],
    rate: 0.5,
  },
  {
    id: 'X6',
    what: 'a lost hour counts as repaired after a failed run',
    edits: [
      {
        file: 'lambdas/core/operations/subscription-watch.ts',
        from: "const isDone = (run?.status === 'finished' && !isEarly) || run?.status === 'cancelled';",
        to: 'const isDone = run !== undefined;',
      },
    ],
    workload: 'reconcile',
    plan: byWatchdogAlone,
    faults: ['ct-query 400', 'ct-list', 'send', 'feeder'],
    rate: 0.3,
  },
  {
    id: 'PB39b',
    what: 'switches that are not restored after a deployment',
    edits: [
      {
        file: 'lambdas/caretaker/apply-switches.ts',
        from: '    if (isConsuming === wanted) return;',
        to: '    if (!leastConcurrency || isConsuming === wanted) return;',
      },
    ],
    workload: 'long-pause',
    faults: ['deployment'],
    rate: 1,
  },
  {
    id: 'X7',
    what: 'a forced run that writes an excluded customer',
    edits: [
      {
        file: 'lambdas/core/delivery/protocol.ts',
        from: "return row?.isSkipped === true && kind === 'UPSERT' && process !== true;",
        to: "return row?.isSkipped === true && kind === 'UPSERT' && process !== true && !force;",
      },
      {
        file: 'lambdas/core/delivery/protocol.ts',
        from: 'function isExcluded({ kind, process }: ResourceEvent,',
        to: 'function isExcluded({ kind, process, force }: ResourceEvent,',
      },
    ],
    workload: 'commands',
  },
  {
    id: 'X8',
    what: 'a commit that undoes a link',
    edits: [
      {
        file: 'test/fakes/memory-state-store.ts',
        from: "if (isLinkedElsewhere(row, commit.ref)) return 'relinked';",
        to: '',
      },
    ],
    workload: 'commands',
    faults: ['fluent-write slow', 'fluent-read slow', 'ct-read slow'],
    rate: 0.3,
  },
  {
    id: 'X9',
    what: 'a failed erasure that an update resolves',
    edits: [
      {
        file: 'lambdas/runtime/resource/commit.ts',
        from: '...(row?.failure?.wants && { keepsFailure: true as const }),',
        to: '',
      },
      {
        file: 'lambdas/runtime/resource/commit.ts',
        from: 'await (item.row?.failure?.wants ? listAgain(item) : resolveFailure(item));',
        to: 'await resolveFailure(item);',
      },
    ],
    workload: 'commands',
  },
  {
    id: 'X10',
    what: 'an older version is written after a failed or a skipped one',
    edits: [
      {
        file: 'lambdas/core/delivery/protocol.ts',
        from: 'return Math.max(event.version, row?.version ?? 0, unwrittenVersion(row));',
        to: 'return Math.max(event.version, row?.version ?? 0);',
      },
    ],
    workload: 'commands',
    faults: ['ct-read stale-200', 'ct-query old-replica', 'ct-list stale-list'],
    rate: 0.3,
  },
  {
    id: 'X11',
    what: 'a retry that keeps the dead-letter copies of its customers',
    edits: [
      {
        file: send,
        from: "if (run.mode === 'retry') await removeCopies(feeding, page.entries);",
        to: "if (run.mode !== 'retry') await removeCopies(feeding, page.entries);",
      },
    ],
    workload: 'commands',
  },
];
