/** A rule as EventBridge names it. */
export interface NamedRule {
  readonly arn: string;
  readonly busName: string;
  readonly name: string;
}

/** The rules by the names of their alarms. `partner`: ARN; `internal`: `<bus>|<rule>`; `everyMinute`: rule of the default bus. */
export function rulesOf(given: {
  readonly partner: string;
  readonly internal: string;
  readonly everyMinute: string;
}): Readonly<Record<'partner-rule' | 'internal-rule' | 'caretaker', NamedRule>> {
  const { partner } = given;
  const prefix = partner.slice(0, partner.indexOf('/') + 1);
  const [busName = '', name = ''] = given.internal.split('|');
  return {
    'partner-rule': {
      arn: partner,
      // The name of a partner bus contains slashes.
      busName: partner.slice(prefix.length, partner.lastIndexOf('/')),
      name: partner.slice(partner.lastIndexOf('/') + 1),
    },
    'internal-rule': { arn: `${prefix}${busName}/${name}`, busName, name },
    caretaker: { arn: `${prefix}${given.everyMinute}`, busName: 'default', name: given.everyMinute },
  };
}
