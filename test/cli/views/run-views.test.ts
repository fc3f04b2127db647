import { describe, expect, test } from 'vitest';
import { progressLine } from '../../../cli/render/progress-line.ts';
import { planView } from '../../../cli/render/render-plan.ts';
import { lastRunText, reasonText, runListView, runView, statusText } from '../../../cli/render/render-run.ts';
import { outcomeOfRun } from '../../../cli/runs/wait-for-run.ts';
import type { ShownRun } from '../../../lambdas/control/api/control-api.ts';
import { NOW } from '../recorded-shell.ts';
import { finishedReconcile, finishedRun, RUN_ID, shownRun } from '../sample-answers.ts';
import { laidOut } from './laid-out.ts';

const MINUTE = 60_000;
const shown = (run: ShownRun) => laidOut(runView(run, NOW));

describe('runs', () => {
  test('show all counters', () => {
    const run = shownRun({
      window: { from: NOW - 60 * MINUTE, to: NOW },
      options: { repair: ['missing', 'edited'], force: true },
      ratePerSecond: 50,
    });
    expect(shown(run)).toBe(`full run ${RUN_ID}: running
  handler   customer
  started   2026-11-21 20:59:00 (1 min ago) by operator:jane
  took      1 min
  modified  from 2026-11-21 20:00:00 to 2026-11-21 21:00:00
  options   repair missing + edited, force
  rate      50 per second
  position  page 1, source
  listed    500 of 1,234
  planned   500
  outcomes  400 synced, 100 pending`);
  });
  test('show which hooks they wait for', () => {
    const run = shownRun({
      status: 'preparing',
      waitsFor: ['run.started of loyalty', 'run.started of mail'],
    });
    expect(shown(run)).toContain('\n  waits for  run.started of loyalty, run.started of mail\n');
  });
  test('are listed', () => {
    expect(laidOut(runListView([finishedRun({ status: 'failed', reason: 'HOOK_FAILED' })]))).toBe(
      `  run                                   mode  when               listed  status
  ------------------------------------  ----  -----------------  ------  --------------------
  ${RUN_ID}  full  11-21 20:59-20:59   1,234  failed (HOOK_FAILED)`,
    );
    expect(runListView([])).toBe('No runs yet.');
  });
  test('an estimate shows what prevents the start', () => {
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
    expect(
      laidOut(planView(plan)),
    ).toBe(`Estimate of a run of mode full (first): 1,234 customers. Nothing was started.
  duration       1 min
  rate           20 customers per second, assumed because nothing was measured yet
  commercetools  list queries: 3
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
  test('counts compared customers, then repaired ones', () => {
    const comparing = run({ stage: 'source', listed: 617, classes: { 'in-sync': 617 } });
    expect(progressLine(comparing, NOW)).toBe(
      '[############------------]  50 %  617 of 1,234  617 in-sync  10/s, about 1 min left',
    );
    const repairing = run({ planned: 4, entries: { ...comparing.entries, synced: 1, pending: 3 } });
    expect(progressLine(repairing, NOW)).toContain('[######------------------]  25 %  1 of 4  1 synced');
  });
  test('shows only the status while nothing is known yet', () => {
    const { expected: _, ...unknown } = run({ status: 'preparing', stage: 'source', listed: 0, classes: {} });
    expect(progressLine(unknown, NOW)).toBe('preparing');
  });
  test('ends at 100 % when there was nothing to repair, or nothing at all', () => {
    expect(progressLine(finishedReconcile(), NOW)).toContain('100 %  1,234 of 1,234  1,228 in-sync');
    expect(progressLine(finishedReconcile({ listed: 0, classes: {} }), NOW)).toBe(
      '[########################] 100 %  0 of 0  finished',
    );
  });
});

describe('a waiting run', () => {
  const waiting = shownRun({ status: 'preparing', waitCode: 'COMMERCETOOLS_503' });

  test('shows its reason in every view', () => {
    expect(statusText(waiting)).toBe('preparing, waiting (COMMERCETOOLS_503)');
    expect(shown(waiting)).toContain('reason    COMMERCETOOLS_503: commercetools does not answer; the run');
    expect(progressLine(waiting, NOW)).toMatch(/preparing, waiting \(COMMERCETOOLS_503\)$/);
    expect(progressLine({ ...waiting, status: 'running' }, NOW)).toMatch(
      /running, waiting \(COMMERCETOOLS_503\)$/,
    );
  });
});

describe('a failed run', () => {
  test('explains its code; an unknown code is shown alone', () => {
    const failed = (reason: string) => reasonText(finishedRun({ status: 'failed', reason }));
    expect(failed('SWEEP_CAP')).toMatch(
      /^SWEEP_CAP: the sweep would delete more customers than "runs.sweepCap" allows/,
    );
    expect(failed('SOMETHING_NEW')).toBe('SOMETHING_NEW');
    expect(reasonText(finishedRun({ reason: 'first' }))).toBeUndefined();
  });
});

describe('a list of runs', () => {
  test('shows the end, with its day if it is another, and the number of failures', () => {
    const { entries } = finishedRun();
    const list = laidOut(
      runListView([
        finishedRun({ endedAt: NOW + 3 * 3_600_000, entries: { ...entries, failed: 3 } }),
        shownRun(),
      ]),
    ).split('\n');
    expect(list[2]).toMatch(/11-21 20:59-11-22 00:00 {3}1,234 {2}finished, 3 failed$/);
    expect(list[3]).toMatch(/11-21 20:59- .* 500 {2}running$/);
  });
});

describe('the latest run in the status', () => {
  test('shows the start of an active run and the duration of an ended one', () => {
    expect(lastRunText(shownRun(), NOW)).toBe(
      'running, started 2026-11-21 20:59:00 (1 min ago): 400 synced, 100 pending',
    );
    expect(lastRunText(finishedRun({ endedAt: NOW }), NOW)).toBe(
      'finished 2026-11-21 21:00:00 (0 s ago), took 1 min: 1,200 synced, 34 unchanged',
    );
  });
  test('shows what a reconcile found that queued nothing', () => {
    expect(lastRunText(finishedReconcile({ endedAt: NOW }), NOW)).toMatch(
      /took 1 min: 1,228 in-sync, 3 missing, 1 orphan, 2 edited$/,
    );
  });
});

describe('a run in Prepare mode', () => {
  test('shows the command that sends the recorded changes', () => {
    const note = 'It is recorded until `process`.';
    expect(shown(shownRun({ note }))).toContain('note      It is recorded until "connector process".');
  });
});

describe('a run over named customers', () => {
  const run = finishedRun({ mode: 'ids', classes: { failed: 2 } });
  test('names the number that is not in commercetools, and is a problem', () => {
    expect(shown(run)).toContain(`2 not in commercetools, see "connector run report ${RUN_ID}"`);
    expect(lastRunText({ ...run, entries: finishedReconcile().entries }, NOW)).toMatch(
      /: 2 not in commercetools$/,
    );
    expect(outcomeOfRun(run)).toBe('problem');
    expect(outcomeOfRun(finishedRun({ mode: 'ids' }))).toBe('ok');
    expect(outcomeOfRun(finishedRun({ mode: 'reconcile', classes: { failed: 2 } }))).toBe('ok');
  });
});
