/** What has to be fixed before a retry can help. */
export const failureCauses = ['customer', 'identity', 'refused', 'given-up', 'fault'] as const;
export type FailureCause = (typeof failureCauses)[number];

/**
 * Causes by prefix of the code; the first match counts. The cause is part of the name of a failure group: a code that changes its
 * cause leaves old groups behind. The remedies are in another file, because handlers need only the cause in their bundles.
 */
const classes: readonly (readonly [code: string, cause: FailureCause])[] = [
  ['INVALID', 'customer'],
  ['EMAIL_MISSING', 'customer'],
  ['EMAIL_TOO_LONG', 'customer'],
  ['USERNAME_TOO_LONG', 'customer'],
  ['IDENTITY_CONFLICT', 'identity'],
  ['RETAILER_CONFLICT', 'identity'],
  ['AMBIGUOUS_MATCH', 'identity'],
  ['C0123E', 'identity'],
  ['GAVE_UP', 'given-up'],
  ['INVARIANT', 'fault'],
  ['INTERNAL', 'fault'],
  ['CUSTOMS_TOO_LARGE', 'fault'],
];

/** A code without a line was refused by Fluent, by commercetools or by a partner's handler. */
export function classOfFailure(code: string): FailureCause {
  return classes.find(([beginning]) => code.startsWith(beginning))?.[1] ?? 'refused';
}
