import type { CreateCustomerInput, UpdateCustomerInput } from './customer.ts';
import { FluentError } from './fluent-error.ts';
import type { FluentSwitches } from './switches.ts';

/** Characters. */
const longest = {
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
/** Of strings for which no maximum is stated. */
const longestOther = 255;

type LengthUnit = FluentSwitches['lengthUnit'];

/** Throws FluentError C0141E. */
export function requireLengths(input: CreateCustomerInput | UpdateCustomerInput, unit: LengthUnit): void {
  for (const [field, most] of Object.entries(longest)) {
    requireLength(field, (input as Record<string, unknown>)[field], { most, unit });
  }
  for (const { name, type } of input.attributes ?? []) {
    requireLength('attribute name', name, { most: longestOther, unit });
    requireLength('attribute type', type, { most: longestOther, unit });
  }
}

function requireLength(
  field: string,
  value: unknown,
  { most, unit }: { most: number; unit: LengthUnit },
): void {
  if (typeof value !== 'string' || lengthOf(value, unit) <= most) return;
  throw new FluentError('C0141E', `${field} is longer than ${most}`);
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
