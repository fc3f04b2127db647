/**
 * DATA: what is known of the codes that a customer is set aside with, by the beginning of the code; the first one counts.
 * docs/runbook.md lists the same. Its class stands in failure-classes.ts.
 */
export const causes: readonly {
  readonly code: string;
  readonly remedy: string;
}[] = [
  {
    code: 'INVALID',
    remedy:
      'The customer in commercetools lacks or breaks this field. Correct it there; the change is tried by itself.',
  },
  {
    code: 'EMAIL_MISSING',
    remedy:
      'Fluent takes no customer without an e-mail. Add it in commercetools; the change is tried by itself.',
  },
  {
    code: 'EMAIL_TOO_LONG',
    remedy:
      'Fluent takes 250 characters at most. Shorten the e-mail in commercetools; the change is tried by itself.',
  },
  {
    code: 'USERNAME_TOO_LONG',
    remedy:
      'Fluent takes 250 characters, and here the username is made of the e-mail. Shorten it in commercetools; the change is tried by itself.',
  },
  {
    code: 'IDENTITY_CONFLICT',
    remedy:
      'The username belongs to somebody else in Fluent. Link the right one (connector link) or rename there.',
  },
  {
    code: 'RETAILER_CONFLICT',
    remedy:
      'The Fluent customer belongs to another retailer. Check the retailer settings, or link another one.',
  },
  {
    code: 'AMBIGUOUS_MATCH',
    remedy: 'Several Fluent customers match. Link the right one (connector link).',
  },
  {
    code: 'C0123E',
    remedy:
      'Another Fluent customer has this username or e-mail. Look it up in Fluent, then link it (connector link) or rename it there, and retry the group.',
  },
  {
    code: 'GAVE_UP',
    remedy:
      'It was tried for days. Look at what Fluent or commercetools answered then (connector tail), mend it, retry the group.',
  },
  {
    code: 'C0120E',
    remedy:
      'Fluent does not know something that the customer refers to, mostly the retailer. Compare the retailer ids of the settings with the account, retry the group.',
  },
  {
    code: 'C0140E',
    remedy:
      'Fluent requires a field that was not sent. Fill it in commercetools or with a fallback of the mapping, retry the group.',
  },
  {
    code: 'C0141E',
    remedy:
      'A field is longer than Fluent takes. Shorten it in commercetools; if many have it, doctor --write-probes measures the length for the mapping. Retry the group.',
  },
  {
    code: 'C010',
    remedy:
      'Fluent refuses a date. Correct it in commercetools or leave the attribute out of the mapping, retry the group.',
  },
  {
    code: 'C011',
    remedy:
      'Fluent refuses a date. Correct it in commercetools or leave the attribute out of the mapping, retry the group.',
  },
  {
    code: 'C0160E',
    remedy:
      'A validation of this Fluent account refuses the customer. Its administrator knows the rule; mend the customer or the rule, retry the group.',
  },
  {
    code: 'FLUENT_REQUIRED',
    remedy:
      'Fluent requires a field that was not sent. Fill it in commercetools or with a fallback of the mapping, retry the group.',
  },
  {
    code: 'FLUENT_NOT_FOUND',
    remedy:
      'Fluent does not know something that the customer refers to, mostly the retailer. Compare the retailer ids of the settings with the account, retry the group.',
  },
  {
    code: 'S00',
    remedy: 'The Fluent account is set up wrongly. Ask Fluent support with this code, then retry the group.',
  },
  {
    code: 'COMMERCETOOLS_',
    remedy:
      'commercetools refused the request for this customer. Look at its answer (connector tail --id), compare project and API client, retry the group.',
  },
  {
    code: 'INVARIANT',
    remedy: 'A second writer has the same customers. Find it before retrying: two stacks on one account?',
  },
  {
    code: 'INTERNAL',
    remedy:
      'A fault of the connector. See the log line of the trace id, deploy a mended version, retry the group.',
  },
  {
    code: 'CUSTOMS_TOO_LARGE',
    remedy: 'The handler keeps too much per customer. Mend the handler, retry the group.',
  },
];

/** What Fluent refused and nobody foresaw, or what a handler of one's own sets aside. */
const UNFORESEEN =
  'It was refused for good, and this code has no remedy of its own. Look at docs/runbook.md, "Codes of failures", mend the customer or the mapping, retry the group.';

/** What to do about a code that a customer is set aside with; the text an operator reads. */
export function remedyFor(code: string): string {
  return causes.find((cause) => code.startsWith(cause.code))?.remedy ?? UNFORESEEN;
}

/** Codes that say little by themselves, of tries that are repeated: what has to be mended until one succeeds. */
export const meanings: Readonly<Record<string, string>> = {
  C0003E: 'the token of Fluent ran out',
  C0011E: 'Fluent limits the rate',
  C0020E:
    'Fluent refuses a permission; give the role of the integration user CUSTOMER_VIEW, CUSTOMER_CREATE, CUSTOMER_UPDATE and RETAILER_VIEW',
  FLUENT_LOOKUP_AND_WRITE_DISAGREE: 'Fluent found the customer and then did not, or the other way round',
  NOT_FOUND_YET: 'commercetools does not show it yet',
  STALE_READ: 'commercetools still shows an older version',
};

/** In a few words; undefined if the code says it itself. */
export function meaningOf(code: string): string | undefined {
  return Object.hasOwn(meanings, code) ? meanings[code] : undefined;
}
