import type { FluentAttribute } from '../../core/delivery/ports/fluent-writer.ts';
import type { MappingContext, Warning } from '../../runtime/resource/resource-definition.ts';
import type { Customer, GroupReference } from './schema.ts';
import type { CustomerSettings, OptionalAttribute } from './settings.ts';
import { filled, limiter } from './text.ts';

/** Longest value of an attribute: Fluent states no maximum for it. */
const LONGEST_TEXT = 255;
const LONGEST_LIST = 100;
/** Custom fields have three levels at most; far deeper values would overflow the stack when they are hashed. */
const DEEPEST_DOCUMENT = 20;

type Value = string | number | boolean | object | undefined;

/** The attributes that the settings choose from, in the order of docs/mapping/customer.md. */
const optional: Readonly<
  Record<
    OptionalAttribute,
    { readonly type: FluentAttribute['type']; readonly from: (customer: Customer) => Value }
  >
> = {
  commercetoolsVersion: { type: 'INTEGER', from: ({ version }) => version },
  customerNumber: { type: 'STRING', from: ({ customerNumber }) => filled(customerNumber) },
  commercetoolsKey: { type: 'STRING', from: ({ key }) => filled(key) },
  externalId: { type: 'STRING', from: ({ externalId }) => filled(externalId) },
  customerGroup: {
    type: 'STRING',
    from: ({ customerGroup }) => (customerGroup ? groupName(customerGroup) : undefined),
  },
  customerGroups: {
    type: 'JSON',
    from: ({ customerGroupAssignments }) =>
      nonEmpty(customerGroupAssignments?.map((one) => groupName(one.customerGroup))),
  },
  stores: { type: 'JSON', from: ({ stores }) => nonEmpty(stores?.map(({ key }) => key)) },
  companyName: { type: 'STRING', from: ({ companyName }) => filled(companyName) },
  salutation: { type: 'STRING', from: ({ salutation }) => filled(salutation) },
  middleName: { type: 'STRING', from: ({ middleName }) => filled(middleName) },
  locale: { type: 'STRING', from: ({ locale }) => filled(locale) },
  isEmailVerified: { type: 'BOOLEAN', from: ({ isEmailVerified }) => isEmailVerified ?? undefined },
  vatId: { type: 'STRING', from: ({ vatId }) => filled(vatId) },
  dateOfBirth: { type: 'STRING', from: ({ dateOfBirth }) => filled(dateOfBirth) },
};

/** The name of an attribute in Fluent, with the prefix of the settings. */
export function attributeName(settings: CustomerSettings, name: string): string {
  return `${settings.attributePrefix}${name}`;
}

/** The attributes of a customer. An attribute without a value is left out. */
export function customerAttributes(
  customer: Customer,
  { projectKey, settings }: MappingContext<CustomerSettings>,
  warnings: Warning[],
): FluentAttribute[] {
  const listed: [string, FluentAttribute['type'], Value][] = [
    ['commercetoolsId', 'STRING', customer.id],
    ['commercetoolsProjectKey', 'STRING', projectKey],
    ...settings.attributes.map((name): [string, FluentAttribute['type'], Value] => [
      name,
      optional[name].type,
      optional[name].from(customer),
    ]),
    ...Object.entries(settings.customFields).map(
      ([field, name]): [string, FluentAttribute['type'], Value] => {
        const value = customValue(customer.custom?.fields?.[field]);
        return [name, typeOf(value), value];
      },
    ),
  ];
  return listed.flatMap(([name, type, value]) => {
    if (value === undefined) return [];
    if (isDeeper(DEEPEST_DOCUMENT, value)) {
      warnings.push({ code: 'OMITTED_TOO_DEEP', field: name });
      return [];
    }
    return { name: attributeName(settings, name), type, value: bounded(name, value, warnings) };
  });
}

function groupName({ id, obj }: GroupReference): string {
  return filled(obj?.key) ?? id;
}

function nonEmpty(list: readonly string[] | undefined): readonly string[] | undefined {
  return list && list.length > 0 ? list : undefined;
}

function customValue(value: unknown): Value {
  if (typeof value === 'string') return filled(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}

function typeOf(value: Value): FluentAttribute['type'] {
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'boolean') return 'BOOLEAN';
  return Number.isInteger(value) ? 'INTEGER' : 'JSON';
}

function bounded(
  name: string,
  value: Exclude<Value, undefined>,
  warnings: Warning[],
): Exclude<Value, undefined> {
  const limit = limiter(warnings);
  if (typeof value === 'string') return limit(name, value, LONGEST_TEXT) ?? '';
  if (!Array.isArray(value)) return value;
  if (value.length > LONGEST_LIST) warnings.push({ code: 'TRUNCATED', field: name, length: value.length });
  return value
    .slice(0, LONGEST_LIST)
    .map((entry: unknown) => (typeof entry === 'string' ? limit(name, entry, LONGEST_TEXT) : entry));
}

function isDeeper(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(levels - 1, inner));
}
