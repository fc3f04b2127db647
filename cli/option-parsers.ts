import { InvalidArgumentError } from 'commander';
import { resourceId } from '../lambdas/core/delivery/notification.ts';

/** Parsers of options and arguments. Each throws InvalidArgumentError that says what is expected. */

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}

export function rate(text: string): number {
  const number = Number(text);
  if (text !== '' && number > 0 && number <= 10_000) return number;
  throw new InvalidArgumentError('Expected customers per second: more than 0, at most 10000.');
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A point in time: ISO 8601, or an age (`30s`, `30m`, `24h`, `7d`). Returns ISO 8601, UTC. */
export function moment(text: string): string {
  const ago = /^(\d{1,5})([smhd])$/.exec(text);
  const unit = units[ago?.[2] ?? ''];
  const at = unit === undefined ? Date.parse(text) : Date.now() - Number(ago?.[1]) * unit;
  const isDate = /^\d{4}-\d\d-\d\d/.test(text);
  if (Number.isFinite(at) && (unit !== undefined || isDate)) return new Date(at).toISOString();
  throw new InvalidArgumentError(
    'Expected a time such as 2026-11-21 or 2026-11-21T08:00:00Z, or an age such as 30m, 24h, 7d.',
  );
}

/** As `moment`, but not in the future. */
export function pastMoment(text: string): string {
  const at = moment(text);
  if (Date.parse(at) <= Date.now()) return at;
  throw new InvalidArgumentError('Expected a time in the past, or an age such as 30s, 30m, 24h, 7d.');
}

/** A duration in whole minutes: `15m`, `24h`, `7d`, or a plain number of minutes. */
export function minutes(text: string): number {
  const read = /^(\d{1,5})([mhd]?)$/.exec(text);
  const number = (Number(read?.[1]) * (units[read?.[2] || 'm'] ?? 0)) / 60_000;
  if (read && number >= 1 && number <= 44_640) return number;
  throw new InvalidArgumentError('Expected a duration from 1m to 31d, for example 15m, 24h or 7d.');
}

/** The `--cursor` that a list of runs printed at its end. */
export function runCursor(text: string): string {
  if (/^[0-9a-f-]{36}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected the cursor that "connector run list" prints at its end.');
}

/** One id or several separated by commas, added to those before. */
export function ids(text: string, before: readonly string[] = []): string[] {
  const given = text.split(/[\s,]+/).filter(Boolean);
  return [...new Set([...before, ...given.map(id)])];
}

export function id(text: string): string {
  if (resourceId.safeParse(text).success) return text;
  throw new InvalidArgumentError(
    `"${text.slice(0, 60)}" is not a commercetools id (lowercase letters and digits: 3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f).`,
  );
}
