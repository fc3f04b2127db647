import { attributeField, contentFields, type Fields } from '../../core/delivery/field-hashes.ts';
import type { FluentWriter, FoundAttribute, FoundCustomer } from '../../core/delivery/ports/fluent-writer.ts';
import type { InOms, Inspection, KnownRow } from '../../runtime/resource/resource-definition.ts';
import { attributeName } from './attributes.ts';
import { withClearedFields } from './cleared-fields.ts';
import { type FluentCustomer, withoutVersion } from './mapper.ts';
import type { CustomerSettings } from './settings.ts';
import { usernamesOfId } from './usernames.ts';

/** How Fluent's customers are found and compared. Nothing here writes. */
export const customerInspection: Inspection<FluentCustomer, CustomerSettings> = {
  async find({ fluent }, { id, model }, known, settings) {
    const found = await firstOf(fluent, usernamesToTry(id, model, known, settings), (one) =>
      isOfCustomer(one, id, known, settings),
    );
    return found && toInOms(found, settings);
  },

  expected(model, known, settings) {
    const { attributes, ...fields } = withClearedFields(model, known, settings).update;
    return contentFields({ ...fields, attributes: withoutVersion(attributes, settings) });
  },

  async byRef({ fluent }, ref, settings) {
    const found = await fluent.findByUsername(ref);
    return found && toInOms(found, settings);
  },

  async list({ fluent }, query, { settings, projectKey }) {
    const page = await fluent.list(query);
    const records = page.customers.flatMap(({ username, attributes }) => {
      const id = attributeValue(attributes, 'commercetoolsId', settings);
      const isOurs = attributeValue(attributes, 'commercetoolsProjectKey', settings) === projectKey;
      // What was anonymised is no orphan: it is what a delete leaves.
      const isRemoved = attributeValue(attributes, 'syncStatus', settings) !== undefined;
      return typeof id === 'string' && isOurs && !isRemoved ? [{ id, ref: username }] : [];
    });
    return { records, ...(page.next !== undefined && { next: page.next }) };
  },
};

function usernamesToTry(
  id: string,
  model: FluentCustomer | undefined,
  known: KnownRow,
  settings: CustomerSettings,
): Set<string> {
  return new Set([
    ...(known.ref === undefined ? [] : [known.ref]),
    ...(model ? [model.create.username] : []),
    ...usernamesOfId(id, settings),
  ]);
}

/** One after the other: the first name is nearly always the right one. */
async function firstOf(
  fluent: FluentWriter,
  usernames: Iterable<string>,
  isIt: (found: FoundCustomer) => boolean,
): Promise<FoundCustomer | undefined> {
  for (const username of usernames) {
    const found = await fluent.findByUsername(username);
    if (found && isIt(found)) return found;
  }
  return undefined;
}

/** Marked as this customer; or without any mark under the name that we wrote to: somebody removed it by hand. */
function isOfCustomer(
  { username, attributes }: FoundCustomer,
  id: string,
  known: KnownRow,
  settings: CustomerSettings,
): boolean {
  const mark = attributeValue(attributes, 'commercetoolsId', settings);
  return mark === id || (mark === undefined && known.isConfirmed && username === known.ref);
}

function toInOms({ username, fields, attributes }: FoundCustomer, settings: CustomerSettings): InOms {
  const mark = attributeValue(attributes, 'commercetoolsId', settings);
  const version = Number(attributeValue(attributes, 'commercetoolsVersion', settings));
  return {
    ref: username,
    fields: fieldsOf(fields, attributes),
    ...(typeof mark === 'string' && { markedAs: mark }),
    ...(Number.isSafeInteger(version) && { version }),
  };
}

function fieldsOf(fields: FoundCustomer['fields'], attributes: readonly FoundAttribute[]): Fields {
  return new Map<string, unknown>([
    ...Object.entries(fields),
    ...attributes.map(({ name, value }): [string, unknown] => [attributeField(name), value]),
  ]);
}

function attributeValue(
  attributes: readonly FoundAttribute[],
  name: string,
  settings: CustomerSettings,
): unknown {
  return attributes.find((attribute) => attribute.name === attributeName(settings, name))?.value;
}
