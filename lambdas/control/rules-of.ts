/** A rule as EventBridge names it. */
export interface NamedRule {
  readonly arn: string;
  readonly busName: string;
  readonly name: string;
}

/** By alarm name. `partner`: ARN; `internal`: `<bus>|<rule>`; `everyMinute`: rule of the default bus. */
export function rulesOf({
  partner,
  internal,
  everyMinute,
}: Record<'partner' | 'internal' | 'everyMinute', string>) {
  const prefix = partner.slice(0, partner.indexOf('/') + 1);
  const [busName = '', name = ''] = internal.split('|');
  // The name of a partner bus contains slashes.
  const partnerBus = partner.slice(prefix.length, partner.lastIndexOf('/'));
  return {
    'partner-rule': {
      arn: partner,
      busName: partnerBus,
      name: partner.slice(partner.lastIndexOf('/') + 1),
    },
    'internal-rule': { arn: `${prefix}${busName}/${name}`, busName, name },
    caretaker: { arn: `${prefix}${everyMinute}`, busName: 'default', name: everyMinute },
  } satisfies Record<string, NamedRule>;
}
