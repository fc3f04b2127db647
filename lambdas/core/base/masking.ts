/** Digits of a number that stay readable. */
const DIGITS_SHOWN = 2;

/**
 * A masked value: a reader who knows it can recognise it, any other reader cannot learn it. An e-mail becomes `j***@e***`, a
 * text its first letter, a number its last two digits; booleans stay.
 */
export function masked(value: unknown): unknown {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value === 'number') return maskedNumber(String(value));
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, masked(inner)]));
}

export function maskedText(text: string): string {
  if (text === '') return '';
  const at = text.lastIndexOf('@');
  if (at > 0) return `${firstLetter(text)}@${firstLetter(text.slice(at + 1))}`;
  const digits = text.replaceAll(/\D/g, '').length;
  return digits * 2 > text.length ? maskedNumber(text) : firstLetter(text);
}

function firstLetter(text: string): string {
  return `${[...text][0] ?? ''}***`;
}

function maskedNumber(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  return `***${digits.length > DIGITS_SHOWN ? digits.slice(-DIGITS_SHOWN) : ''}`;
}

/** A key made of ids alone (`<uuid>`, `<number>_<uuid>`) is not personal data. */
export function isMadeOfIds(ref: string): boolean {
  return /^(\d{1,20}_)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(ref);
}
