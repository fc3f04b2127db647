import type { Warning } from '../../runtime/resource/resource-definition.ts';

/** The trimmed text; `undefined` if nothing is left. */
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

/** A phone number without spaces and separators. A leading + and any other character stay. */
export function phoneNumber(value: string | undefined): string | undefined {
  return filled(value?.replaceAll(/[\s().\-/\u00a0\u2010-\u2015]/g, ''));
}

/** Cuts a value that is longer than `max` and adds a warning. */
export type Limit = (field: string, value: string | undefined, max: number) => string | undefined;

export function limiter(warnings: Warning[]): Limit {
  return (field, value, max) => {
    if (value === undefined || value.length <= max) return value;
    warnings.push({ code: 'TRUNCATED', field, length: value.length });
    return cut(value, max);
  };
}
