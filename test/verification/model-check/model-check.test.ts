import { describe, expect, test } from 'vitest';
import { plantedCheck, safeCheck, traceText } from './check.ts';
import { plantedMistakes } from './planted-mistakes.ts';
import { safeCases } from './safe-cases.ts';

/** Least worlds that the safe cases have to reach together: a search that finds fewer has lost a part of the environment. */
const LEAST_STATES = 300_000;

describe('the protocol, searched in every order of events for one customer', () => {
  let states = 0;

  test.each(safeCases)('is safe: $name', (one) => {
    const finding = safeCheck(one, 'small').run();
    states += finding.states;
    expect(finding.breach, traceText(finding)).toBeUndefined();
  });

  test(`was followed into more than ${LEAST_STATES} worlds`, () => {
    expect(states).toBeGreaterThan(LEAST_STATES);
  });
});

describe('a planted mistake is found', () => {
  test.each(plantedMistakes)('$id: $what', (mistake) => {
    const finding = plantedCheck(mistake).run();
    expect(finding.breach).toBeDefined();
    expect(finding.trace.length).toBeGreaterThan(0);
    console.log(
      `${mistake.id} ${mistake.what}: ${finding.breach}, counterexample of ${finding.trace.length} transitions after ${finding.states} states`,
    );
  });
});
