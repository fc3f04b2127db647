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

/** Codes that say little by themselves, of tries that are repeated: what has to be mended until one succeeds. */
const meanings: Readonly<Record<string, string>> = {
  C0003E: 'the token of Fluent ran out',
  C0011E: 'Fluent limits the rate',
  C0020E:
    'Fluent refuses a permission; give the role of the integration user CUSTOMER_VIEW, CUSTOMER_CREATE and CUSTOMER_UPDATE',
  FLUENT_LOOKUP_AND_WRITE_DISAGREE: 'Fluent found the customer and then did not, or the other way round',
  NOT_FOUND_YET: 'commercetools does not show it yet',
  STALE_READ: 'commercetools still shows an older version',
};

/** In a few words; undefined if the code says it itself. */
export function meaningOf(code: string): string | undefined {
  return Object.hasOwn(meanings, code) ? meanings[code] : undefined;
}
