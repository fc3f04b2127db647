const SYNCED_LATER = 'the change is synced automatically.';
const RETRY = 'then retry the group (connector retry).';
const UNKNOWN_REFERENCE = `Fluent does not know something that the customer refers to, mostly the retailer. Compare the retailer ids in the settings with the Fluent account, ${RETRY}`;
const FIELD_REQUIRED = `Fluent requires a field that was not sent. Fill it in commercetools or add a fallback to the mapping, ${RETRY}`;
const DATE_REFUSED = `Fluent refuses a date. Correct it in commercetools or remove the attribute from the mapping, ${RETRY}`;

/**
 * DATA: what an operator can do about a failed customer, by the beginning of the code; the first match
 * counts. docs/runbook.md has the same texts. The class of a code is in failure-classes.ts.
 */
export const causes: readonly (readonly [code: string, remedy: string])[] = [
  ['INVALID', `In commercetools this field is missing or invalid. Correct it there; ${SYNCED_LATER}`],
  ['EMAIL_MISSING', `Fluent requires an e-mail address. Add it in commercetools; ${SYNCED_LATER}`],
  [
    'EMAIL_TOO_LONG',
    `Fluent accepts at most 250 characters. Shorten the e-mail in commercetools; ${SYNCED_LATER}`,
  ],
  [
    'USERNAME_TOO_LONG',
    `Fluent accepts usernames of at most 250 characters, and this one is made of the e-mail. Shorten it in commercetools; ${SYNCED_LATER}`,
  ],
  [
    'IDENTITY_CONFLICT',
    'Another customer has this username in Fluent. Link the right Fluent customer (connector link), or rename that one in Fluent.',
  ],
  [
    'RETAILER_CONFLICT',
    'The Fluent customer belongs to another retailer. Check the retailer settings, or link another Fluent customer (connector link).',
  ],
  ['AMBIGUOUS_MATCH', 'Several Fluent customers match. Link the right one (connector link).'],
  [
    'C0123E',
    `Another Fluent customer has this username or e-mail. Find it in Fluent and link it (connector link) or rename it there, ${RETRY}`,
  ],
  [
    'GAVE_UP',
    `It was tried for days without success. Find the answers of Fluent or commercetools (connector tail), fix the cause, ${RETRY}`,
  ],
  ['C0120E', UNKNOWN_REFERENCE],
  ['C0140E', FIELD_REQUIRED],
  [
    'C0141E',
    `A field is longer than Fluent allows. Shorten it in commercetools (for many customers, measure the length with connector doctor --write-probes and limit it in the mapping), ${RETRY}`,
  ],
  ['C010', DATE_REFUSED],
  ['C011', DATE_REFUSED],
  [
    'C0160E',
    `A validation rule of this Fluent account refuses the customer. Ask its administrator for the rule, correct the customer or the rule, ${RETRY}`,
  ],
  ['FLUENT_REQUIRED', FIELD_REQUIRED],
  ['FLUENT_NOT_FOUND', UNKNOWN_REFERENCE],
  ['S00', `The Fluent account is set up wrongly. Ask Fluent support about this code, ${RETRY}`],
  [
    'COMMERCETOOLS_',
    `commercetools refused the request for this customer. Read its answer (connector tail --id ID), check project and API client, ${RETRY}`,
  ],
  [
    'INVARIANT',
    `A second writer changes the same customers, for example two stacks on one Fluent account. Find and stop it, ${RETRY}`,
  ],
  [
    'INTERNAL',
    `This is a bug in the connector. Find the log line with the trace id, deploy a corrected version, ${RETRY}`,
  ],
  ['CUSTOMS_TOO_LARGE', `The handler keeps too much data per customer. Correct the handler, ${RETRY}`],
];

const UNKNOWN_CODE = `It was refused permanently, and the connector has no remedy for this code. Read "Codes of failures" in docs/runbook.md, correct the customer or the mapping, ${RETRY}`;

/** What an operator can do about a customer that failed with this code. */
export function remedyFor(code: string): string {
  return causes.find(([beginning]) => code.startsWith(beginning))?.[1] ?? UNKNOWN_CODE;
}

/** What the codes of repeated tries mean, if the code does not say it itself. */
export const meanings: Readonly<Record<string, string>> = {
  C0003E: 'the Fluent token has expired',
  C0011E: 'Fluent limits the rate',
  C0020E:
    'Fluent refuses a permission; give the role of the integration user CUSTOMER_VIEW, CUSTOMER_CREATE, CUSTOMER_UPDATE and RETAILER_VIEW',
  FLUENT_LOOKUP_AND_WRITE_DISAGREE: 'lookup and write in Fluent disagree on whether the customer exists',
  NOT_FOUND_YET: 'commercetools does not return it yet',
  STALE_READ: 'commercetools still returns an older version',
};

export function meaningOf(code: string): string | undefined {
  return Object.hasOwn(meanings, code) ? meanings[code] : undefined;
}
