import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { meaningOfRunCode } from '../../../lambdas/core/runs/run-codes.ts';
import { readTables } from '../../builders/markdown-tables.ts';

describe('the code of a failed or waiting run', () => {
  test('has the meaning that docs/runs.md gives', () => {
    const tables = readTables(readFileSync(new URL('../../../docs/runs.md', import.meta.url), 'utf8'));
    const codes = tables.filter(({ header }) => header.join() === 'Code,Means');
    const rows = codes.flatMap((table) => table.rows);
    expect(rows.length).toBeGreaterThan(12);
    for (const { Code = '', Means } of rows)
      expect(meaningOfRunCode(Code.match(/\w+/)?.[0] ?? ''), Code).toBe(Means);
  });

  test.each([
    ['COMMERCETOOLS_401', 'credentials'],
    ['COMMERCETOOLS_503', 'does not answer'],
    ['COMMERCETOOLS_NO_ANSWER', 'does not answer'],
    ['FLUENT_NO_ANSWER', 'Fluent does not answer'],
    ['QUEUE_FULL', 'room'],
  ])('%s has its own meaning: %s', (code, meaning) => {
    expect(meaningOfRunCode(code)).toContain(meaning);
  });

  test('is neither the name of a caller nor a reason for a mode', () => {
    expect(meaningOfRunCode('operator:jo')).toBeUndefined();
    expect(meaningOfRunCode('first')).toBeUndefined();
  });
});
