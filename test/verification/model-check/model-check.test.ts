import { describe, expect, test } from 'vitest';
import { plantedCheck, safeCheck, traceText } from './check.ts';
import { plantedMistakes } from './planted-mistakes.ts';
import { safeCases } from './safe-cases.ts';

/** Minimum number of worlds that the safe cases must reach together; fewer means that a part of the environment is missing. */
const MIN_STATES = 300_000;

describe('the protocol, searched in every order of events for one customer', () => {
  let states = 0;

  test.each(safeCases)('is safe: $name', (one) => {
    const finding = safeCheck(one, 'small').run();
    states += finding.states;
    expect(finding.breach, traceText(finding)).toBeUndefined();
  });

  test(`reaches more than ${MIN_STATES} worlds`, () => {
    expect(states).toBeGreaterThan(MIN_STATES);
  });
});

describe('the search finds the planted mistake', () => {
  test.each(plantedMistakes)('$id: $what', (mistake) => {
    const finding = plantedCheck(mistake).run();
    expect(finding.breach).toBeDefined();
    expect(finding.trace.length).toBeGreaterThan(0);
    console.log(
      `${mistake.id} ${mistake.what}: ${finding.breach}, counterexample of ${finding.trace.length} transitions after ${finding.states} states`,
    );
  });
});
