import { describe, expect, test } from 'vitest';
import { progressLine } from '../../bin/cli/render/progress-line.ts';
import { becauseText, runText, statusText } from '../../bin/cli/render/run.ts';
import { NOW } from './recorded-shell.ts';
import { finishedRun, shownRun } from './records.ts';

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
    expect(failed('SWEEP_CAP')).toMatch(/^SWEEP_CAP: more would be deleted than "runs.sweepCap" allows/);
    expect(failed('SOMETHING_NEW')).toBe('SOMETHING_NEW');
    expect(becauseText(finishedRun({ reason: 'first' }))).toBeUndefined();
  });
});
