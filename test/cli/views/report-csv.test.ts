import { describe, expect, test } from 'vitest';
import { reportCsv } from '../../../cli/render/render-report.ts';
import type { ShownDifference } from '../../../cli/runs/read-report.ts';
import { CUSTOMER } from '../sample-answers.ts';

const csvOf = (changes: Partial<ShownDifference>) =>
  reportCsv([{ id: CUSTOMER, class: 'failed', ...changes }]);
const HEADER = 'customer,class,source version,written version,fields,note,queued\r\n';

describe('the CSV of a report', () => {
  test('has a header even without differences', async () => {
    expect(await reportCsv([])).toBe(HEADER);
  });
  test('quotes separators, doubles quotes and ends lines with CRLF', async () => {
    expect(await csvOf({ code: 'x,"y"', sourceVersion: 4, queued: true })).toBe(
      `${HEADER}${CUSTOMER},failed,4,,,"x,""y""",yes\r\n`,
    );
    expect(await csvOf({ code: 'two\nlines' })).toContain(',"two\nlines",');
  });
  test.each(['=1+1', '+49', '-1', '@SUM(A1)', '\tx', '\rx'])(
    'puts an apostrophe before %j, which a spreadsheet would run as a formula',
    async (cell) => {
      expect(await csvOf({ code: cell })).toMatch(/,"?'[^,]+,\r\n$/);
      expect(await csvOf({ id: cell })).toContain(`'${cell}`);
      expect(await csvOf({ fields: [{ field: cell, changed: 'oms' }] })).toContain(`'${cell} (oms)`);
    },
  );
});
