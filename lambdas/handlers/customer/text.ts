import type { Warning } from '../../runtime/resource/resource-definition.ts';

/** Trimmed; whitespace only counts as empty, and empty as absent. */
export function filled(value: string | null | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

export function firstFilled(...values: readonly (string | null | undefined)[]): string | undefined {
  return values.map(filled).find((value) => value !== undefined);
}

/** At most `max` UTF-16 units, cut at a whole code point, so that no surrogate pair is split. */
export function cut(value: string, max: number): string {
  if (value.length <= max) return value;
  const last = value.charCodeAt(max - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return value.slice(0, splitsPair ? max - 1 : max);
}

/** A phone number without spaces and separators; a leading + stays. Anything else in it makes it no number that can be cleaned. */
export function phoneNumber(value: string | undefined): string | undefined {
  return filled(value?.replaceAll(/[\s().\-/\u00a0\u2010-\u2015]/g, ''));
}

/** Cuts what is over the maximum and says so. */
export function limited(
  field: string,
  value: string | undefined,
  max: number,
  warnings: Warning[],
): string | undefined {
  if (value === undefined || value.length <= max) return value;
  warnings.push({ code: 'TRUNCATED', field, length: value.length });
  return cut(value, max);
}
