import { attributeField, contentFields } from '../../core/delivery/field-hashes.ts';
import type { FoundAttribute, FoundCustomer } from '../../core/delivery/ports/fluent-writer.ts';
import type { Inspection, OmsRecord } from '../../runtime/resource/resource-definition.ts';
import { attributeName } from './attributes.ts';
import { withClearedFields } from './cleared-fields.ts';
import { type FluentCustomer, withoutVersion } from './mapper.ts';
import type { CustomerSettings } from './settings.ts';
import { usernamesOfId } from './usernames.ts';

/** How customers are found in Fluent and compared. */
export const customerInspection: Inspection<FluentCustomer, CustomerSettings> = {
  async find(model, known, { services, settings }) {
    const usernames = new Set([
      ...(known.ref === undefined ? [] : [known.ref]),
      ...(model ? [model.create.username] : []),
      ...usernamesOfId(known.id, settings),
    ]);
    // One after the other: the first username is nearly always the right one.
    for (const username of usernames) {
      const found = await services.fluent.findByUsername(username);
      const mark = found && attributeValue(found.attributes, 'commercetoolsId', settings);
      // Where we wrote, a record without our mark is still ours: the attribute was removed by hand.
      const isUnmarked = mark === undefined && known.isConfirmed && username === known.ref;
      if (found && (mark === known.id || isUnmarked)) return toOmsRecord(found, settings);
    }
    return undefined;
  },

  expected(model, known, { settings }) {
    const { attributes, ...fields } = withClearedFields(model, known, settings).update;
    return contentFields({ ...fields, attributes: withoutVersion(attributes, settings) });
  },

  async byRef(ref, { services, settings }) {
    const found = await services.fluent.findByUsername(ref);
    return found && toOmsRecord(found, settings);
  },

  async list(query, { services, settings, projectKey }) {
    const page = await services.fluent.list(query);
    const records = page.customers.flatMap(({ username, attributes }) => {
      const id = attributeValue(attributes, 'commercetoolsId', settings);
      const isOurs = attributeValue(attributes, 'commercetoolsProjectKey', settings) === projectKey;
      // An anonymised record is no orphan: a delete leaves it.
      const isRemoved = attributeValue(attributes, 'syncStatus', settings) !== undefined;
      return typeof id === 'string' && isOurs && !isRemoved ? [{ id, ref: username }] : [];
    });
    return { records, ...(page.next !== undefined && { next: page.next }) };
  },
};

function toOmsRecord({ username, fields, attributes }: FoundCustomer, settings: CustomerSettings): OmsRecord {
  const mark = attributeValue(attributes, 'commercetoolsId', settings);
  const version = Number(attributeValue(attributes, 'commercetoolsVersion', settings));
  return {
    ref: username,
    fields: new Map<string, unknown>([
      ...Object.entries(fields),
      ...attributes.map(({ name, value }): [string, unknown] => [attributeField(name), value]),
    ]),
    ...(typeof mark === 'string' && { markedAs: mark }),
    ...(Number.isSafeInteger(version) && { version }),
  };
}

function attributeValue(
  attributes: readonly FoundAttribute[],
  name: string,
  settings: CustomerSettings,
): unknown {
  return attributes.find((attribute) => attribute.name === attributeName(settings, name))?.value;
}
