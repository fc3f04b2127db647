/** Puts a value at a path of a document, for example addresses.0.phone; `missing` removes the member. */
export function withValue(
  document: Record<string, unknown>,
  path: string,
  value: unknown,
): Record<string, unknown> {
  const copy = structuredClone(document);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let place: Record<string, unknown> = copy;
  for (const step of steps) place = place[step] as Record<string, unknown>;
  if (value === missing) delete place[last];
  else Object.defineProperty(place, last, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

export const missing = Symbol('missing');

/** Texts that the mapper reads, each from a different kind of place. */
export const textFields = [
  'email',
  'firstName',
  'lastName',
  'title',
  'companyName',
  'externalId',
  'addresses.0.country',
  'addresses.0.phone',
  'addresses.0.department',
  'customerGroup.obj.key',
  'stores.0.key',
  'custom.fields.loyaltyId',
] as const;

/** Every field of a customer in the schema. */
export const allFields = [
  ...textFields,
  'id',
  'version',
  'key',
  'customerNumber',
  'middleName',
  'salutation',
  'vatId',
  'dateOfBirth',
  'locale',
  'isEmailVerified',
  'addresses',
  'addresses.0',
  'addresses.0.id',
  'addresses.0.firstName',
  'addresses.0.mobile',
  'defaultShippingAddressId',
  'defaultBillingAddressId',
  'customerGroup',
  'customerGroup.id',
  'customerGroup.obj',
  'customerGroupAssignments',
  'customerGroupAssignments.0',
  'customerGroupAssignments.0.customerGroup',
  'custom',
  'custom.fields',
  'custom.fields.marketingConsent',
  'custom.fields.tags',
  'custom.fields.points',
  'stores',
  'stores.0',
] as const;
