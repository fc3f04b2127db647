/** What a script can tell from the exit code. The table in docs/cli.md is compared with this by a test. */
export const exitCodes = {
  ok: { code: 0, meaning: 'Done.' },
  problem: {
    code: 1,
    meaning:
      'Done, and something is wrong: a run failed or left failures, doctor found a problem, or a fault inside.',
  },
  invalid: {
    code: 2,
    meaning: 'The command line is wrong, or a value was refused as invalid. Nothing was changed.',
  },
  'not-found': { code: 3, meaning: 'There is no such customer, run, queue, group or stack.' },
  conflict: {
    code: 4,
    meaning: 'It cannot be done as things stand: a run is running, a handler is paused. Nothing was changed.',
  },
  unavailable: { code: 5, meaning: 'AWS, commercetools or Fluent did not answer. Try again.' },
  forbidden: { code: 6, meaning: 'A credential or a permission is refused.' },
  differences: {
    code: 10,
    meaning: 'reconcile: customers differ and were not repaired. The report says which.',
  },
  interrupted: { code: 130, meaning: 'Ctrl-C. What was started goes on.' },
} as const;

export type Ending = keyof typeof exitCodes;
