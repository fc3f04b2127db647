import { describe, expect, test } from 'vitest';
import { progressLine } from '../../cli/render/progress-line.ts';
import { becauseText, lastRunText, runListText, runText, statusText } from '../../cli/render/render-run.ts';
import { endingOf } from '../../cli/wait-for-run.ts';
import { NOW } from './recorded-shell.ts';
import { finishedReconcile, finishedRun, RUN_ID, shownRun } from './records.ts';

describe('a run that waits', () => {
  const waiting = shownRun({ status: 'preparing', waitCode: 'COMMERCETOOLS_503' });

  test('says what for, wherever it is shown', () => {
    expect(statusText(waiting)).toBe('preparing, waits (COMMERCETOOLS_503)');
    expect(runText(waiting, NOW)).toContain(
      'because  COMMERCETOOLS_503: commercetools does not answer; the run',
    );
    expect(progressLine(waiting, NOW)).toMatch(/preparing, waits \(COMMERCETOOLS_503\)$/);
    expect(progressLine({ ...waiting, status: 'running' }, NOW)).toMatch(
      /running, waits \(COMMERCETOOLS_503\)$/,
    );
  });
});

describe('a run that failed', () => {
  test('says what its code means; an unknown code stands alone', () => {
    const failed = (reason: string) => becauseText(finishedRun({ status: 'failed', reason }));
    expect(failed('SWEEP_CAP')).toMatch(
      /^SWEEP_CAP: the sweep would delete more customers than "runs.sweepCap" allows/,
    );
    expect(failed('SOMETHING_NEW')).toBe('SOMETHING_NEW');
    expect(becauseText(finishedRun({ reason: 'first' }))).toBeUndefined();
  });
});

describe('in a list', () => {
  test('a run has its end and the number of its failures; the day of the end if it is another', () => {
    const { entries } = finishedRun();
    const list = runListText([
      finishedRun({ endedAt: NOW + 3 * 3_600_000, entries: { ...entries, failed: 3 } }),
      shownRun(),
    ]).split('\n');
    expect(list[2]).toMatch(/11-21 20:59-11-22 00:00 {3}1,234 {2}finished, 3 failed$/);
    expect(list[3]).toMatch(/11-21 20:59- .* 500 {2}running$/);
  });
});

describe('in the status', () => {
  test('a run that goes on has begun, one that ended took its time', () => {
    expect(lastRunText(shownRun(), NOW)).toBe(
      'running, began 2026-11-21 20:59:00 (1 min ago): 400 synced, 100 pending',
    );
    expect(lastRunText(finishedRun({ endedAt: NOW }), NOW)).toBe(
      'finished 2026-11-21 21:00:00 (0 s ago), took 1 min: 1,200 synced, 34 unchanged',
    );
  });
  test('a reconcile that queued nothing says what it found', () => {
    expect(lastRunText(finishedReconcile({ endedAt: NOW }), NOW)).toMatch(
      /took 1 min: 1,228 in-sync, 3 missing, 1 orphan, 2 edited$/,
    );
  });
});

describe('in Prepare mode', () => {
  test('a run says that it records, as a person types it', () => {
    const note = 'It is recorded until `process`.';
    expect(runText(shownRun({ note }), NOW)).toContain('note     It is recorded until "connector process".');
  });
});

describe('a run over named customers', () => {
  const run = finishedRun({ mode: 'ids', classes: { failed: 2 } });
  test('of whom some are not in commercetools says so, and has not ended well', () => {
    expect(runText(run, NOW)).toContain(`2 not in commercetools, see "connector run report ${RUN_ID}"`);
    expect(lastRunText({ ...run, entries: finishedReconcile().entries }, NOW)).toMatch(
      /: 2 not in commercetools$/,
    );
    expect(endingOf(run)).toBe('problem');
    expect(endingOf(finishedRun({ mode: 'ids' }))).toBe('ok');
    expect(endingOf(finishedRun({ mode: 'reconcile', classes: { failed: 2 } }))).toBe('ok');
  });
});
