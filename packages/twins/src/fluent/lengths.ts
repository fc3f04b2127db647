import type { CreateCustomerInput, UpdateCustomerInput } from './customer.ts';
import { FluentError } from './fluent-error.ts';
import type { FluentSwitches } from './switches.ts';

/** Maximum lengths. */
const maxLengths = {
  username: 250,
  primaryEmail: 250,
  firstName: 50,
  lastName: 50,
  title: 50,
  primaryPhone: 20,
  country: 100,
  timezone: 32,
  department: 255,
} as const;
/** For strings without a documented maximum. */
const maxOther = 255;

type LengthUnit = FluentSwitches['lengthUnit'];

/** Throws FluentError C0141E. */
export function requireLengths(input: CreateCustomerInput | UpdateCustomerInput, unit: LengthUnit): void {
  for (const [field, max] of Object.entries(maxLengths)) {
    requireLength(field, (input as Record<string, unknown>)[field], { max, unit });
  }
  for (const { name, type } of input.attributes ?? []) {
    requireLength('attribute name', name, { max: maxOther, unit });
    requireLength('attribute type', type, { max: maxOther, unit });
  }
}

function requireLength(
  field: string,
  value: unknown,
  { max, unit }: { max: number; unit: LengthUnit },
): void {
  if (typeof value !== 'string' || lengthOf(value, unit) <= max) return;
  throw new FluentError('C0141E', `${field} is longer than ${max}`);
}

function lengthOf(text: string, unit: LengthUnit): number {
  switch (unit) {
    case 'utf16':
      return text.length;
    case 'codePoints':
      return [...text].length;
    case 'bytes':
      return Buffer.byteLength(text);
  }
}
