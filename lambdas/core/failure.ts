/** A resource that was set aside: an item of its own, found by its group without scanning. No personal value. */
export interface FailureItem {
  readonly resourceType: string;
  readonly id: string;
  readonly group: string;
  readonly code: string;
  readonly version: number;
  readonly kind: 'UPSERT' | 'DELETE';
  readonly dataErasure?: boolean;
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** How often it was set aside. */
  readonly times: number;
}

export interface FailureGroup {
  readonly group: string;
  readonly code: string;
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly exampleId: string;
}

/**
 * The fingerprint of a failure: its code, which holds the field where there is one (`INVALID:email`). Only what may stand in
 * a key and on a command line.
 */
export function failureGroup(code: string): string {
  return code.replaceAll(/[^\w.:-]/g, '_').slice(0, 200);
}

/** What to do about a group, by the beginning of its code; the text an operator reads. */
const remedies: readonly (readonly [prefix: string, remedy: string])[] = [
  [
    'INVALID',
    'The customer in commercetools lacks or breaks this field. Correct it there; the change is tried by itself.',
  ],
  [
    'EMAIL_MISSING',
    'Fluent takes no customer without an e-mail. Add it in commercetools; the change is tried by itself.',
  ],
  [
    'EMAIL_TOO_LONG',
    'Fluent takes 250 characters at most. Shorten the e-mail in commercetools; the change is tried by itself.',
  ],
  [
    'USERNAME_TOO_LONG',
    'Fluent takes 250 characters, and here the username is made of the e-mail. Shorten it in commercetools; the change is tried by itself.',
  ],
  [
    'IDENTITY_CONFLICT',
    'The username belongs to somebody else in Fluent. Link the right one (connector link) or rename there.',
  ],
  [
    'RETAILER_CONFLICT',
    'The Fluent customer belongs to another retailer. Check the retailer settings, or link another one.',
  ],
  ['AMBIGUOUS_MATCH', 'Several Fluent customers match. Link the right one (connector link).'],
  [
    'GAVE_UP',
    'It was tried for days. Look at what Fluent or commercetools answered then (connector tail), mend it, retry the group.',
  ],
  [
    'INVARIANT',
    'A second writer has the same customers. Find it before retrying: two stacks on one account?',
  ],
  [
    'INTERNAL',
    'A fault of the connector. See the log line of the trace id, deploy a mended version, retry the group.',
  ],
  ['CUSTOMS_TOO_LARGE', 'The handler keeps too much per customer. Mend the handler, retry the group.'],
];

export function remedyFor(code: string): string {
  return (
    remedies.find(([prefix]) => code.startsWith(prefix))?.[1] ??
    'Fluent refused the data for good. Look the code up in docs/runbook.md, mend the customer or the mapping, retry the group.'
  );
}
