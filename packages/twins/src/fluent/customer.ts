export interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
}

export interface Retailer {
  readonly id: string;
  readonly ref: string;
  readonly status: string;
}

/** A customer as Fluent stores it; `ref` always equals `username`. */
export interface FluentCustomer {
  readonly id: string;
  readonly ref: string;
  readonly username: string;
  readonly status: string;
  readonly createdOn: string;
  readonly updatedOn: string;
  readonly primaryEmail: string;
  readonly promotionOptIn: boolean;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly title?: string | null;
  readonly primaryPhone?: string | null;
  readonly country?: string | null;
  readonly timezone?: string | null;
  readonly department?: string | null;
  readonly attributes: readonly Attribute[];
  readonly retailer: Retailer;
}

export const textFields = ['firstName', 'lastName', 'title', 'primaryPhone', 'country', 'timezone'] as const;
type TextField = (typeof textFields)[number];

export type CreateCustomerInput = { readonly [field in TextField]?: string | null } & {
  readonly username: string;
  readonly primaryEmail: string;
  readonly promotionOptIn: boolean;
  readonly retailer: { readonly id: string };
  readonly department?: string | null;
  readonly attributes?: readonly Attribute[] | null;
};

export type UpdateCustomerInput = { readonly [field in TextField]?: string | null } & {
  readonly username: string;
  readonly primaryEmail?: string | null;
  readonly promotionOptIn?: boolean | null;
  readonly attributes?: readonly Attribute[] | null;
};
