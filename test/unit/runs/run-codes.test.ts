import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { meaningOfRunCode } from '../../../lambdas/core/runs/run-codes.ts';
import { readTables } from '../../builders/markdown-tables.ts';

describe('the code of a run', () => {
  test('that failed means what docs/runs.md says', () => {
    const tables = readTables(readFileSync(new URL('../../../docs/runs.md', import.meta.url), 'utf8'));
    const rows = tables.find(({ header }) => header.join() === 'Code,Means')?.rows ?? [];
    expect(rows.length).toBeGreaterThan(5);
    for (const { Code = '', Means } of rows)
      expect(meaningOfRunCode(Code.match(/\w+/)?.[0] ?? ''), Code).toBe(Means);
  });

  test.each([
    ['COMMERCETOOLS_401', 'credentials'],
    ['COMMERCETOOLS_503', 'does not answer'],
    ['COMMERCETOOLS_NO_ANSWER', 'does not answer'],
    ['FLUENT_NO_ANSWER', 'Fluent does not answer'],
    ['QUEUE_FULL', 'room'],
  ])('%s is told from others: %s', (code, meaning) => {
    expect(meaningOfRunCode(code)).toContain(meaning);
  });

  test('who paused or started a run is none', () => {
    expect(meaningOfRunCode('operator:jo')).toBeUndefined();
    expect(meaningOfRunCode('first')).toBeUndefined();
  });
});
