/** Exit codes for scripts. A test compares the table in docs/cli.md with these. */
export const exitCodes = {
  ok: { code: 0, meaning: 'Success.' },
  problem: {
    code: 1,
    meaning:
      'The command ran and found a problem: a run failed or left failures, doctor found a problem, or an internal error.',
  },
  invalid: { code: 2, meaning: 'The command line or a value in it is invalid. Nothing was changed.' },
  'not-found': { code: 3, meaning: 'No such customer, run, queue, group or stack.' },
  conflict: {
    code: 4,
    meaning: 'Not possible right now: a run is active, or the handler is paused. Nothing was changed.',
  },
  unavailable: { code: 5, meaning: 'AWS, commercetools or Fluent did not answer. Try again.' },
  forbidden: { code: 6, meaning: 'Credentials or a permission were refused.' },
  differences: {
    code: 10,
    meaning: 'reconcile: customers differ and were not repaired. The report lists them.',
  },
  interrupted: { code: 130, meaning: 'Ctrl-C. What was started continues.' },
} as const;

export type Outcome = keyof typeof exitCodes;
