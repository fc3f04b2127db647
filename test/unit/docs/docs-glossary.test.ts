import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { failureClasses } from '../../../lambdas/core/base/errors.ts';
import { outcomes } from '../../../lambdas/core/base/outcome.ts';
import { runModes } from '../../../lambdas/core/runs/run.ts';
import { readTables } from '../../builders/markdown-tables.ts';

const tables = readTables(readFileSync('docs/glossary.md', 'utf8'));
const listed = (column: string) =>
  tables.flatMap(({ header, rows }) => (header[0] === column ? rows.map((row) => row[column] ?? '') : []));
const inCode = (names: readonly string[]) => names.map((name) => `\`${name}\``).sort();

describe('docs/glossary.md', () => {
  test('defines every outcome, failure class and run mode of the code, and no other', () => {
    expect(listed('Outcome').sort()).toEqual(inCode(outcomes));
    expect(listed('Class').sort()).toEqual(inCode(failureClasses));
    expect(listed('Mode').sort()).toEqual(inCode(runModes));
  });

  test('defines each term once', () => {
    const terms = listed('Term');
    expect(terms.length).toBeGreaterThan(20);
    expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([]);
  });

  test('gives every entry a meaning', () => {
    const short = tables.flatMap(({ rows }) => rows.filter(({ Meaning = '' }) => Meaning.length < 10));
    expect(short).toEqual([]);
  });
});
