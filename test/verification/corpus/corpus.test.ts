import { afterAll, describe, expect, test } from 'vitest';
import { readJson } from '../../../lambdas/core/base/json.ts';
import { textTable } from '../../../local/table.ts';
import { envelopes } from './cases/envelope-cases.ts';
import { injected } from './cases/injection-cases.ts';
import { jsonMeaning, jsonParse } from './cases/json-cases.ts';
import { jsonTexts } from './cases/json-texts.ts';
import { nastyStrings } from './cases/nasty-strings.ts';
import { pollutions } from './cases/pollution-cases.ts';
import { depth, sizes, tenOfTheLargest } from './cases/size-cases.ts';
import { strings, types } from './cases/value-cases.ts';
import type { Input } from './input.ts';
import { type OutcomeCounts, runBatch, strategies } from './pipeline.ts';

const groups: Readonly<Record<string, { readonly inputs: readonly Input[]; readonly least: number }>> = {
  'JSON parse': { inputs: jsonParse, least: 318 },
  'JSON meaning': { inputs: jsonMeaning, least: 42 },
  strings: { inputs: strings, least: 500 * 9 },
  types: { inputs: types, least: 300 },
  envelopes: { inputs: envelopes, least: 60 },
  sizes: { inputs: [...sizes, ...tenOfTheLargest], least: 30 },
  depth: { inputs: depth, least: 12 },
  'prototype pollution': { inputs: pollutions, least: 30 },
  injection: { inputs: injected, least: 120 },
};
const BATCH = 8;

function batches(inputs: readonly Input[]): Input[][] {
  return Array.from({ length: Math.ceil(inputs.length / BATCH) }, (_, n) =>
    inputs.slice(n * BATCH, (n + 1) * BATCH),
  );
}

/** A batch with violations is run again input by input, to name the input that causes them. */
async function run(inputs: readonly Input[], counts: OutcomeCounts): Promise<string[]> {
  const faults: string[] = [];
  for (const [index, batch] of batches(inputs).entries()) {
    const strategy = strategies[index % strategies.length] ?? 'customerId';
    const result = await runBatch(batch, strategy);
    for (const name of ['applied', 'filtered', 'failed', 'retried'] as const)
      counts[name] += result.counts[name];
    if (result.violations.length === 0) continue;
    const named = faults.length;
    for (const input of batch) {
      const { violations } = await runBatch([input], strategy);
      if (violations.length > 0)
        faults.push(`${input.group} | ${input.name} | ${strategy} | ${violations.join('; ')}`.slice(0, 400));
    }
    if (faults.length === named)
      faults.push(`${batch[0]?.group} | together only | ${result.violations.join('; ')}`.slice(0, 400));
  }
  return faults;
}

describe('bad input', () => {
  const table: (string | number)[][] = [];
  let total = 0;

  test.each(Object.entries(groups))(
    '%s: has outcomes with a reason, and the good records next to it are synced',
    async (name, { inputs, least }) => {
      const counts: OutcomeCounts = { applied: 0, filtered: 0, failed: 0, retried: 0 };
      const startedAt = performance.now();
      const faults = await run(inputs, counts);
      const seconds = Math.round(performance.now() - startedAt) / 1_000;
      table.push([
        name,
        inputs.length,
        counts.applied,
        counts.filtered,
        counts.failed,
        counts.retried,
        seconds,
      ]);
      total += inputs.length;
      expect(faults).toEqual([]);
      expect(inputs.length).toBeGreaterThanOrEqual(least);
    },
  );

  test('is at least 5,600 inputs, each with its own id', () => {
    const ids = Object.values(groups).flatMap(({ inputs }) => inputs.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(5_600);
    expect(nastyStrings.length).toBeGreaterThanOrEqual(500);
  });

  afterAll(() => {
    const header = ['group', 'inputs', 'applied', 'filtered', 'failed', 'retried', 'seconds'];
    console.log(`${textTable(header, table)}\n  ${total} inputs`);
  });
});

describe('JSON', () => {
  test('is accepted and refused as RFC 8259 defines', () => {
    const wrong = jsonTexts.filter(({ text, verdict }) => {
      const isTaken = 'value' in readJson(text);
      return verdict !== 'free' && isTaken !== (verdict === 'accept');
    });
    expect(wrong).toEqual([]);
  });
});
