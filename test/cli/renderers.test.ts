import { describe, expect, test } from 'vitest';
import { isFailure, lineText, readLogLine } from '../../cli/log-line.ts';
import { csv } from '../../cli/render/csv.ts';
import { plainText } from '../../cli/render/plain-text.ts';
import { progressLine } from '../../cli/render/progress-line.ts';
import { checkText } from '../../cli/render/render-checks.ts';
import { explainText } from '../../cli/render/render-explain.ts';
import { failedText, groupsText } from '../../cli/render/render-failures.ts';
import { planText } from '../../cli/render/render-plan.ts';
import { recordsText } from '../../cli/render/render-records.ts';
import { reportText } from '../../cli/render/render-report.ts';
import { runListText, runText } from '../../cli/render/render-run.ts';
import { schedulesText } from '../../cli/render/render-schedules.ts';
import { statusView } from '../../cli/render/render-status.ts';
import { subscriptionView } from '../../cli/render/render-subscription.ts';
import { dollars, durationText, timeAgo } from '../../cli/render/values.ts';
import { hanging } from '../../cli/render/wrap.ts';
import { isAskedFor } from '../../cli/tail.ts';
import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { NOW } from './recorded-shell.ts';
import {
  CUSTOMER,
  explanation,
  finishedReconcile,
  finishedRun,
  RUN_ID,
  shownHandler,
  shownRun,
  status,
} from './records.ts';

const MINUTE = 60_000;

/** Without the line breaks of a long value. */
const unwrapped = (text: string) => text.replaceAll(/\n {15,}/g, ' ');

describe('status', () => {
  test('of a connector that is well', () => {
    expect(statusView(status(), NOW)).toBe(`Stage local, commercetools project demo

  real-time sync  on
  subscription    Healthy

Handler customer: running
  failures         none
  reconcile up to  2026-11-21 20:45:00 (15 min ago)
  last full        finished 2026-11-21 20:59:59 (1 s ago), took 59 s: 1,200 synced, 34 unchanged

Queues
  queue                          ready  in flight  delayed  oldest
  -----------------------------  -----  ---------  -------  ------  -------------------------
  ingest                             0          0        0
  handler/customer               1,234         10        0  16 min  <- oldest message: 16 min
  handler/customer/dead-letters      2          0        0          <- set aside`);
  });
  test('of one whose permission is gone', () => {
    const trouble = { code: 'C0020E', at: NOW - 5 * MINUTE, meaning: 'Fluent refuses a permission' };
    const text = statusView(
      status({
        handlers: [shownHandler({ trouble, lastHour: { retried: 12, configurationErrors: 1 } })],
      }),
      NOW,
    );
    expect(unwrapped(text)).toContain(
      'refused          C0020E, last 2026-11-21 20:55:00 (5 min ago): Fluent refuses a permission. It is tried again',
    );
    expect(unwrapped(text)).toContain(
      'retried          12 messages came back in the last hour, refused once;',
    );
  });
  test('of one that was stopped, paused, and has a subscription that lost changes', () => {
    const text = statusView(
      status({
        intake: { isIntakeEnabled: false, stoppedSince: NOW - 90 * MINUTE, stoppedBy: 'jane' },
        handlers: [
          shownHandler({
            state: 'paused',
            isConsuming: false,
            pausedSince: NOW - 5 * MINUTE,
            pausedBy: 'jane',
            mode: 'prepare',
            pending: 12,
            failures: 3,
          }),
        ],
        subscription: {
          status: 'Unhealthy',
          lastHealthyAt: NOW - 60 * MINUTE,
          lostFrom: NOW - 60 * MINUTE,
        },
        lostEvents: { received: 1_000, gaps: 2, lateArrivals: 1, repaired: 1, rate: 0.002 },
        canary: { touchedAt: NOW - MINUTE, latencyMs: 850 },
      }),
      NOW,
    );
    for (const sentence of [
      'stopped 2026-11-21 19:30:00 (1 h 30 min ago) by jane; "connector start" catches up',
      'Handler customer: paused 2026-11-21 20:55:00 (5 min ago) by jane, takes nothing from its queue',
      'prepare: records changes, sends nothing until "connector process"',
      '12 changes, until "connector process"',
      '3, see "connector failures"',
      'changes may be lost from 2026-11-21 20:00:00 to now, not reconciled yet',
      '0.20 % of 1,000 notifications in 24 h (2 gaps, 1 came late, 1 repaired)',
      '850 ms to Fluent, touched 2026-11-21 20:59:00 (1 min ago)',
    ]) {
      expect(unwrapped(text)).toContain(sentence);
    }
  });
  test('of one whose event source has no bus: why no change arrives', () => {
    const subscription = {
      ...{ status: 'Unhealthy', detail: 'EventSourcePending', lastHealthyAt: NOW - MINUTE },
      lostFrom: NOW - MINUTE,
    } as const;
    expect(unwrapped(statusView(status({ subscription }), NOW))).toContain(
      'Unhealthy (EventSourcePending), last healthy',
    );
  });
  test('of one that was started again and could not catch up yet', () => {
    const text = statusView(
      status({ intake: { isIntakeEnabled: true, catchUpFrom: NOW - 60 * MINUTE } }),
      NOW,
    );
    expect(text).toContain('on, but what happened since 2026-11-21 20:00:00 is not caught up yet');
  });
  test('of a connector that no notification reached: a rate would say nothing', () => {
    const lost = { received: 0, gaps: 0, lateArrivals: 0, repaired: 17, rate: 1 };
    expect(statusView(status({ lostEvents: lost }), NOW)).toContain(
      'no notification in 24 h; a reconcile brought 17 customers\n',
    );
    const silent = { ...lost, repaired: 0, rate: 0 };
    expect(statusView(status({ lostEvents: silent }), NOW)).toContain('no notification in 24 h\n');
  });
  test('of a breaker that is open', () => {
    const handler = shownHandler({
      state: 'breaker-open',
      isConsuming: false,
      breaker: { state: 'open', since: NOW - MINUTE, code: 'FLUENT_503' },
    });
    expect(unwrapped(statusView(status({ handlers: [handler] }), NOW))).toContain(
      'Handler customer: breaker open since 2026-11-21 20:59:00 (1 min ago) because of FLUENT_503, takes nothing from its queue',
    );
  });
});

test('explain: both sides, our row, the difference, the latest notifications', () => {
  expect(explainText(explanation(), NOW)).toBe(
    `Customer ${CUSTOMER}: It was changed by hand in Fluent after version 4
  was written.

  commercetools  version 4
  written        version 4, 2026-11-21 20:00:00
  Fluent         has it, username ${CUSTOMER}
  compared       edited
  handler        running
  waits          FLUENT_503, tried 3 times, next try 2026-11-21 21:02:00 (in 2 min)

  field         commercetools  Fluent    compared
  ------------  -------------  --------  -------------
  primaryEmail  j***@e***      the same
  lastName      D***           R***      differs (oms)

Latest notifications
  when                 outcome  version  reason
  -------------------  -------  -------  -------
  2026-11-21 20:00:00  synced   v4       updated`,
  );
});

test('explain: what could not be looked at is not said to be missing', () => {
  const resource = {
    ...explanation().resource,
    class: 'unknown' as const,
    isInOms: false,
    code: 'FLUENT_500',
  };
  const { sourceVersion, ...unseen } = resource;
  const shown = (sides: object) =>
    explainText({ ...explanation(), resource: { ...unseen, ...sides, fields: [], all: [] } }, NOW);
  const neither = shown({ unavailable: { source: 'HANDLER_UNREACHABLE', oms: 'HANDLER_UNREACHABLE' } });
  expect(neither).toContain('commercetools  not known just now (HANDLER_UNREACHABLE)\n');
  expect(neither).toContain('Fluent         not known just now (HANDLER_UNREACHABLE)\n');
  expect(neither).not.toMatch(/no such customer|has it not/);
  const one = shown({ sourceVersion, unavailable: { oms: 'FLUENT_500' } });
  expect(one).toContain('commercetools  version 4\n');
  expect(one).toContain('Fluent         not known just now (FLUENT_500)\n');
});

test('explain: what an erasure leaves in Fluent is called what it is, and one try is one', () => {
  const record = {
    version: 4,
    status: 'deleted',
    isErased: true,
    isSkipped: false,
    isLinked: false,
  } as const;
  const waiting = { code: 'FLUENT_503', receives: 1, until: NOW };
  const failure = { code: 'C0141E', field: 'firstName', version: 4, remedy: 'Shorten it.' };
  const text = explainText({ ...explanation(), record: { ...record, waiting, failure } }, NOW);
  expect(text).toContain('set aside      C0141E of firstName at version 4. Shorten it.');
  expect(text).toContain('Fluent         has its anonymised record, username');
  expect(text).toContain('FLUENT_503, tried once, next try');
});

test('explain: a value that is on one side only is shown as it is', () => {
  const resource = { ...explanation().resource, isInOms: false, fields: [] };
  const all = [{ field: 'lastName', source: 'D***', oms: null }];
  const text = explainText({ ...explanation(), resource: { ...resource, all } }, NOW);
  expect(text).toContain('lastName  D***           -');
});

describe('nothing is wider than 100 columns', () => {
  const long = 'one sentence that goes on '.repeat(8).trim();
  const times = { firstSeen: NOW, lastSeen: NOW };
  test.each([
    ['explain', explainText({ ...explanation(), verdict: long }, NOW)],
    ['doctor', checkText({ check: long, status: 'problem', detail: long, fix: long })],
    ['run list', runListText([finishedRun({ mode: 'incremental', status: 'failed', reason: long })])],
    [
      'failures',
      groupsText([
        {
          ...times,
          group: 'FLUENT_400',
          class: 'refused',
          code: 'C',
          count: 1_234,
          exampleId: CUSTOMER,
          remedy: long,
        },
      ]),
    ],
    [
      'a report',
      reportText([
        {
          ...{ id: CUSTOMER, class: 'source-ahead', sourceVersion: 12, writtenVersion: 11, queued: true },
          fields: ['firstName', 'lastName', 'primaryPhone'].map((field) => ({ field, changed: 'both' })),
        },
      ]),
    ],
    [
      'status',
      statusView(
        status({ subscription: { status: 'Unhealthy', lastHealthyAt: NOW, lostFrom: NOW, runId: RUN_ID } }),
        NOW,
      ),
    ],
  ])('%s', (_, text) => {
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test('but an id stays whole', () => {
    expect(hanging(`${'a'.repeat(90)} ${CUSTOMER}`, 2)).toContain(CUSTOMER);
  });
});

describe('runs', () => {
  test('one, in all its counters', () => {
    const run = shownRun({
      window: { from: NOW - 60 * MINUTE, to: NOW },
      options: { repair: ['missing', 'edited'], force: true },
      ratePerSecond: 50,
    });
    expect(runText(run, NOW)).toBe(`full run ${RUN_ID}: running
  handler   customer
  started   2026-11-21 20:59:00 (1 min ago) by operator:jane
  took      1 min
  modified  from 2026-11-21 20:00:00 to 2026-11-21 21:00:00
  options   repair missing + edited, force
  rate      50 a second
  where     page 1, source
  listed    500 of 1,234
  planned   500
  ends      400 synced, 100 pending`);
  });
  test('one that waits for somebody says for whom', () => {
    const run = shownRun({
      status: 'preparing',
      waitsFor: ['run.started of loyalty', 'run.started of mail'],
    });
    expect(runText(run, NOW)).toContain('\n  waits for  run.started of loyalty, run.started of mail\n');
  });
  test('a list', () => {
    expect(runListText([finishedRun({ status: 'failed', reason: 'HOOK_FAILED' })])).toBe(
      `  run                                   mode  when               listed  status
  ------------------------------------  ----  -----------------  ------  --------------------
  ${RUN_ID}  full  11-21 20:59-20:59   1,234  failed (HOOK_FAILED)`,
    );
    expect(runListText([])).toBe('There was no run yet.');
  });
  test('a plan, with what would keep it from starting', () => {
    const plan = {
      mode: 'full' as const,
      reason: 'first',
      customers: 1_234,
      pages: 3,
      commercetoolsQueries: 3,
      fluentCalls: { least: 1_234, most: 2_468 },
      sqsRequests: 620,
      dynamoDbUnits: { read: 1_234, write: 1_240 },
      lambdaInvocations: 130,
      dollars: { least: 0.0012, most: 0.5 },
      seconds: { least: 62, most: 62 },
      rate: { perSecond: 20, source: 'assumed' as const },
      obstacles: ['The handler is paused. Resume it (connector resume).'],
    };
    expect(planText(plan)).toBe(`A full run (first) would look at 1,234 customers. Nothing was started.
  duration       1 min
  at             20 customers a second; a guess, nothing was measured yet
  commercetools  3 list queries
  Fluent         1,234 to 2,468 calls
  SQS            620 requests
  DynamoDB       1,234 read and 1,240 write units
  Lambda         130 invocations
  AWS cost       $0.0012 to $0.50
  cannot start now: The handler is paused. Resume it (connector resume).`);
  });
});

describe('the progress of a reconcile', () => {
  const run = (changes: Partial<ShownRun>) => finishedReconcile({ status: 'running', ...changes });
  test('is what it has looked at, then what it repairs', () => {
    const looking = run({ stage: 'source', listed: 617, classes: { 'in-sync': 617 } });
    expect(progressLine(looking, NOW)).toBe(
      '[############------------]  50 %  617 of 1,234  617 in-sync  10/s, about 1 min left',
    );
    const repairing = run({ planned: 4, entries: { ...looking.entries, synced: 1, pending: 3 } });
    expect(progressLine(repairing, NOW)).toContain('[######------------------]  25 %  1 of 4  1 synced');
  });
  test('says that it prepares, and no bare 0, while nothing is known yet', () => {
    const { expected: _, ...unknown } = run({ status: 'preparing', stage: 'source', listed: 0, classes: {} });
    expect(progressLine(unknown, NOW)).toBe('preparing');
  });
  test('ends full when there was nothing to repair, or nothing at all', () => {
    expect(progressLine(finishedReconcile(), NOW)).toContain('100 %  1,234 of 1,234  1,228 in-sync');
    expect(progressLine(finishedReconcile({ listed: 0, classes: {} }), NOW)).toBe(
      '[########################] 100 %  0 of 0  finished',
    );
  });
});

test('records: a list each, and none that was not asked for', () => {
  const recorded = [{ id: CUSTOMER, since: NOW - 5 * MINUTE, version: 7, kind: 'DELETE' }];
  expect(recordsText({ skipped: [], recorded }, NOW)).toBe(`No customer is taken out.

1 customer recorded in Prepare mode: "connector process" sends them
  customer                              version  kind    since
  ------------------------------------  -------  ------  -------------------------------
  ${CUSTOMER}        7  DELETE  2026-11-21 20:55:00 (5 min ago)`);
  expect(recordsText({ skipped: [{ id: CUSTOMER, since: NOW }] }, NOW)).toMatch(
    /^1 customer taken out: no change/,
  );
});

describe('failures', () => {
  const group = {
    group: 'INVALID:email',
    class: 'customer',
    code: 'INVALID:email',
    count: 12,
    firstSeen: NOW - 60 * MINUTE,
    lastSeen: NOW,
    exampleId: CUSTOMER,
    remedy: 'Correct it.',
  };
  test('groups with what to do', () => {
    expect(groupsText([group])).toBe(`  group          count  first seen        last seen         for example
  -------------  -----  ----------------  ----------------  ------------------------------------
  INVALID:email     12  2026-11-21 20:00  2026-11-21 21:00  ${CUSTOMER}

What to do
  INVALID:email: Correct it.
  Then: connector retry --group GROUP (--preview first)`);
    expect(groupsText([])).toBe('Nothing failed.');
  });
  test('customers of a group', () => {
    const item = {
      id: CUSTOMER,
      code: 'C0141E',
      version: 4,
      kind: 'UPSERT',
      firstSeen: NOW,
      lastSeen: NOW,
      times: 2,
      traceId: 't-1',
    };
    expect(failedText([item])).toContain(`${CUSTOMER}        4  UPSERT      2  2026-11-21 21:00  C0141E`);
  });
});

test('schedules that are on, off and refused', () => {
  const base = { handler: 'customer', everyMinutes: 15 };
  expect(
    schedulesText([
      {
        ...base,
        name: 'reconcile',
        enabled: true,
        nextAt: NOW,
        lastAt: NOW - 15 * MINUTE,
        lastProblem: 'RUN_BUSY',
      },
      { ...base, name: 'sweep', enabled: false, everyMinutes: 10_080 },
    ]),
  ).toBe(`  schedule   handler        every   next              last              refused
  ---------  --------  ---  ------  ----------------  ----------------  --------
  reconcile  customer  on   15 min  2026-11-21 21:00  2026-11-21 20:45  RUN_BUSY
  sweep      customer  off  7 d`);
});

test('a subscription that is not there says how to make it', () => {
  expect(subscriptionView({ exists: false, key: 'sub-1', resourceTypes: [] })).toContain(
    'Deploy with another commercetools.subscriptionKey',
  );
});

describe('CSV', () => {
  test('quotes, doubles quotes, ends lines with CRLF', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x,y', 'say "hi"'],
          ['two\nlines', 7],
          [undefined, ''],
        ],
      ),
    ).toBe('a,b\r\n"x,y","say ""hi"""\r\n"two\nlines",7\r\n,\r\n');
  });
  test.each(['=1+1', '+49', '-1', '@SUM(A1)', '\tx'])('defuses %j', (cell) => {
    expect(csv([], [[cell]])).toContain(`'${cell}`);
  });
});

describe('what other systems wrote cannot move the cursor', () => {
  test('control characters are shown, not sent', () => {
    expect(plainText('Jane\u001b[2J\u0007 \u202eeoD\u009b')).toBe('Jane\\u001b[2J\\u0007 \\u202eeoD\\u009b');
  });
  test('nor add a line to a table', () => {
    const evil = {
      ...explanation(),
      recent: [{ at: NOW, outcome: 'synced', version: 1, reason: 'x\nok  all well' }],
    };
    expect(explainText(evil, NOW)).toContain('x\\nok  all well');
  });
});

describe('a log line in words', () => {
  const lineOf = (line: object) => {
    const read = readLogLine(JSON.stringify(line));
    return read && { text: lineText(read), isFailure: isFailure(read) };
  };
  test.each([
    [
      {
        message: 'outcome',
        resourceType: 'customer',
        id: CUSTOMER,
        version: 4,
        outcome: 'synced',
        reason: 'updated',
        durationMs: 42,
      },
      {
        text: `customer ${CUSTOMER} v4  synced: updated  (42 ms)`.replace(' v4  ', ' v4    '),
        isFailure: false,
      },
    ],
    [
      {
        message: 'retry',
        resourceType: 'customer',
        id: CUSTOMER,
        version: 4,
        delaySeconds: 4,
        code: 'FLUENT_503',
      },
      { text: `customer ${CUSTOMER} v4    again in 4 s: FLUENT_503`, isFailure: true },
    ],
    [
      {
        message: 'action',
        level: 'CRITICAL',
        operation: 'handler.pause',
        caller: 'jane',
        about: { handler: 'customer' },
        outcome: 'done',
      },
      { text: 'jane handler.pause customer: done', isFailure: false },
    ],
    [
      {
        message: 'action',
        level: 'CRITICAL',
        operation: 'run.start',
        caller: 'jane',
        about: { ids: ['a', 'b'] },
        outcome: 'conflict',
        code: 'RUN_BUSY',
      },
      { text: 'jane run.start a b: conflict RUN_BUSY', isFailure: false },
    ],
    [
      { message: 'action', level: 'CRITICAL', operation: 'queue.list', outcome: 'unavailable', code: 'SQS' },
      { text: 'queue.list: unavailable SQS', isFailure: true },
    ],
    [
      { message: 'recorded', level: 'INFO', resourceType: 'customer', id: CUSTOMER, version: 4 },
      {
        text: `customer ${CUSTOMER} v4    recorded: waits for "connector process"`,
        isFailure: false,
      },
    ],
    [
      { message: 'error', level: 'ERROR', service: 'router', errorName: 'TypeError' },
      { text: 'router: error TypeError', isFailure: true },
    ],
    [
      { message: 'warning', level: 'WARN' },
      { text: undefined, isFailure: false },
    ],
  ])('%o', (line, shown) => {
    expect(lineOf(line)).toEqual(shown);
  });
  test('a tail leaves out who only looked, unless all is asked for, and of failures what was refused', () => {
    const act = { message: 'action', outcome: 'done', operation: 'x' };
    const lines = {
      look: { ...act, level: 'INFO' },
      change: { ...act, level: 'CRITICAL' },
      refused: { ...act, level: 'CRITICAL', outcome: 'not-found' },
      failed: { message: 'outcome', level: 'ERROR', outcome: 'failed' },
    };
    const told = (query: { onlyFailures?: boolean; all?: boolean }) =>
      Object.entries(lines)
        .filter(([, line]) => isAskedFor(line, { onlyFailures: false, all: false, ...query }))
        .map(([name]) => name);
    expect(told({})).toEqual(['change', 'refused', 'failed']);
    expect(told({ all: true })).toEqual(['look', 'change', 'refused', 'failed']);
    expect(told({ onlyFailures: true })).toEqual(['failed']);
  });
  test('what is no line of ours is left out', () => {
    expect(readLogLine('START RequestId: 1')).toBeUndefined();
  });
});

test('times, lengths of time and sums as a person reads them', () => {
  expect([20_000, 90_000, 5 * 3_600_000 + 20 * MINUTE, 51 * 3_600_000, 3_600_000].map(durationText)).toEqual([
    '20 s',
    '2 min',
    '5 h 20 min',
    '2 d 3 h',
    '1 h',
  ]);
  expect(timeAgo(NOW + 30_000, NOW)).toBe('2026-11-21 21:00:30 (in 30 s)');
  expect([0, 0.00123, 1.005, 1_234].map(dollars)).toEqual(['$0', '$0.0012', '$1.00', '$1234.00']);
});
