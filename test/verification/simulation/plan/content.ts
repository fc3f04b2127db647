/** Marks every personal value of a schedule: it may appear only in the OMS, in run bodies and, with e-mail keys, in `ref`. */
export const CANARY = '~k';

/** The canary of one customer. */
export function canaryOf(customer: number): string {
  return `${CANARY}${customer}z`;
}

export function customerId(customer: number): string {
  return `00000000-0000-4000-8000-${String(customer).padStart(12, '0')}`;
}

/** The content of a customer: a number that represents its fields, and its e-mail. Equal numbers mean equal content. */
export interface Content {
  readonly variant: number;
  readonly email: string;
  /** The source has content that cannot be mapped. */
  readonly broken?: 'no-email' | 'wrong-type' | undefined;
}

/** A commercetools customer with that content. Some variants leave a field empty that others fill. */
export function customerBody(
  customer: number,
  version: number,
  { variant, email, broken }: Content,
): Readonly<Record<string, unknown>> {
  const mark = canaryOf(customer);
  const has = (bit: number) => ((variant >> bit) & 1) === 1;
  return {
    id: customerId(customer),
    version,
    createdAt: '2026-11-20T13:23:05.384Z',
    email: broken === 'no-email' ? null : email,
    firstName: broken === 'wrong-type' ? 7 : `First${mark}${variant}`,
    lastName: `Last${mark}${variant % 3}`,
    ...(has(0) && { title: `Title${mark}` }),
    ...(has(1) && { companyName: `Company${mark}${variant % 5}` }),
    addresses: [
      {
        id: 'a',
        country: has(2) ? 'FR' : 'DE',
        ...(has(1) && { phone: `+49 30 ${customer}${variant}` }),
      },
    ],
    defaultShippingAddressId: 'a',
    isEmailVerified: has(0),
    stores: [],
    customerGroupAssignments: [],
  };
}

export function emailOf(customer: number, number: number): string {
  return `mail${canaryOf(customer)}${number}@example.test`;
}
