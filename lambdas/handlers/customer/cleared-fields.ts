import type { FluentAttribute, UpdateCustomerInput } from '../../core/delivery/ports/fluent-writer.ts';
import type { Customs } from '../../core/delivery/ports/state-store.ts';
import type { KnownRecord, Warning } from '../../runtime/resource/resource-definition.ts';
import { attributeName } from './attributes.ts';
import type { FluentCustomer } from './mapper.ts';
import type { CustomerSettings } from './settings.ts';

const fields = ['firstName', 'lastName', 'title', 'primaryPhone', 'country'] as const;
type Field = (typeof fields)[number];
type Update = Omit<UpdateCustomerInput, 'username'>;

/** Names of the fields that have a value now, to notice later which of them were emptied. */
export function filledNames({ update }: FluentCustomer): Customs {
  return {
    filled: [
      ...fields.filter((field) => update[field] !== undefined),
      ...update.attributes.map(({ name }) => name),
    ],
  };
}

/**
 * An update leaves out empty fields, and Fluent keeps what is left out. So a field that was emptied at the source is either
 * kept with a warning or cleared explicitly, as `clearMode` says. If it is not certain what Fluent holds, every empty field that
 * this connector manages counts as emptied.
 */
export function withClearedFields(
  model: FluentCustomer,
  known: Pick<KnownRecord, 'customs' | 'isExact'>,
  settings: CustomerSettings,
): { update: Update; warnings: readonly Warning[] } {
  const now = namesIn(filledNames(model));
  const isCertain = known.isExact || settings.clearMode === 'keep';
  const before = isCertain ? namesIn(known.customs) : managedNames(settings);
  const version = attributeName(settings, 'commercetoolsVersion');
  const cleared = before.filter((name) => !now.includes(name) && name !== version);
  if (settings.clearMode === 'keep') {
    return {
      update: model.update,
      warnings: cleared.map((field) => ({ code: 'CLEARED_FIELD_KEPT', field })),
    };
  }
  const empty = settings.clearMode === 'null' ? null : '';
  // Fluent requires a first name, so an emptied one gets the fallback that a create would use.
  const emptyField = (field: Field) => (field === 'firstName' ? settings.firstNameFallback : empty);
  const clearedFields = Object.fromEntries(
    cleared.filter(isField).map((field) => [field, emptyField(field)]),
  );
  // The value of an attribute must not be null.
  const clearedAttributes = cleared
    .filter((name) => !isField(name))
    .map((name): FluentAttribute => ({ name, type: 'STRING', value: '' }));
  return {
    update: {
      ...model.update,
      ...clearedFields,
      attributes: [...model.update.attributes, ...clearedAttributes],
    },
    warnings: [],
  };
}

/** Every field and attribute that this connector writes and that can be empty. */
function managedNames(settings: CustomerSettings): string[] {
  const attributes = [...settings.attributes, ...Object.values(settings.customFields)];
  return [...fields, ...attributes.map((name) => attributeName(settings, name))];
}

function isField(name: string): name is Field {
  return (fields as readonly string[]).includes(name);
}

function namesIn(customs: Customs | undefined): string[] {
  const names = customs?.['filled'];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
