/** Who or what has to be mended before a retry can help. */
export const failureCauses = ['customer', 'identity', 'refused', 'given-up', 'fault'] as const;
export type FailureCause = (typeof failureCauses)[number];

/**
 * DATA: by the beginning of the code; the first one counts. A class is part of the fingerprint of a group: a code that changes it
 * leaves its old groups behind. Apart from the remedies, because handlers need the class alone: their bundles are read at every
 * cold start.
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

/** What no line names was refused: by Fluent, by commercetools, or by a handler of one's own. */
export function classOfFailure(code: string): FailureCause {
  return classes.find(([beginning]) => code.startsWith(beginning))?.[1] ?? 'refused';
}
