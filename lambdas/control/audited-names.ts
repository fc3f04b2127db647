/** Members of an input that may stand in a log: ids and names that we gave. E-mails, keys and usernames are none of them. */
const audited = [
  'handler',
  'runId',
  'id',
  'ids',
  'group',
  'queue',
  'mode',
  'name',
  'class',
  'values',
  'preview',
  'evenIfPresent',
  'evenIfUnknown',
] as const;

/** No sentence and no address, whatever somebody put into a name. */
const nameLike = /^[\w.:/-]{1,200}$/;

/** What an audit line says of an input. */
export function auditedNames(input: object): Readonly<Record<string, string | readonly string[]>> {
  const flat: Readonly<Record<string, unknown>> = {
    ...('subject' in input && typeof input.subject === 'object' ? input.subject : {}),
    ...input,
  };
  return Object.fromEntries(audited.flatMap((name) => named(name, flat[name])));
}

function named(name: string, value: unknown): [string, string | readonly string[]][] {
  if (Array.isArray(value)) return [[name, value.filter(isName)]];
  const text = typeof value === 'boolean' ? String(value) : value;
  return isName(text) ? [[name, text]] : [];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && nameLike.test(value);
}
