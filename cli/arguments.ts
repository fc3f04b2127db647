import { InvalidArgumentError } from 'commander';
import { resourceId } from '../lambdas/core/delivery/notification.ts';

/** What an option or argument takes. Each throws InvalidArgumentError with what it takes instead. */

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  };
}

export function rate(text: string): number {
  const number = Number(text);
  if (text !== '' && number > 0 && number <= 10_000) return number;
  throw new InvalidArgumentError('It takes customers per second: more than 0, at most 10000.');
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A point in time: ISO 8601, or how long ago (`30s`, `30m`, `24h`, `7d`). Answers ISO 8601, UTC. */
export function moment(text: string): string {
  const ago = /^(\d{1,5})([smhd])$/.exec(text);
  const unit = units[ago?.[2] ?? ''];
  const at = unit === undefined ? Date.parse(text) : Date.now() - Number(ago?.[1]) * unit;
  const isDate = /^\d{4}-\d\d-\d\d/.test(text);
  if (Number.isFinite(at) && (unit !== undefined || isDate)) return new Date(at).toISOString();
  throw new InvalidArgumentError(
    'It takes a time such as 2026-11-21 or 2026-11-21T08:00:00Z, or how long ago: 30m, 24h, 7d.',
  );
}

/** As `moment`, but what is to come has not happened. */
export function pastMoment(text: string): string {
  const at = moment(text);
  if (Date.parse(at) <= Date.now()) return at;
  throw new InvalidArgumentError('It takes a time that has passed, or how long ago: 30s, 30m, 24h, 7d.');
}

/** A length of time in whole minutes: `15m`, `24h`, `7d`, or a bare number of minutes. */
export function minutes(text: string): number {
  const read = /^(\d{1,5})([mhd]?)$/.exec(text);
  const number = (Number(read?.[1]) * (units[read?.[2] || 'm'] ?? 0)) / 60_000;
  if (read && number >= 1 && number <= 44_640) return number;
  throw new InvalidArgumentError('It takes a length of time from 1m to 31d, for example 15m, 24h or 7d.');
}

/** Where a list of runs ended. */
export function runCursor(text: string): string {
  if (/^[0-9a-f-]{36}$/.test(text)) return text;
  throw new InvalidArgumentError('It takes what the end of a list names: "more: --cursor ...".');
}

/** One id or several with commas between, added to those before. */
export function ids(text: string, before: readonly string[] = []): string[] {
  const given = text.split(/[\s,]+/).filter(Boolean);
  for (const id of given) checkId(id);
  return [...new Set([...before, ...given])];
}

export function id(text: string): string {
  checkId(text);
  return text;
}

function checkId(text: string): void {
  if (resourceId.safeParse(text).success) return;
  throw new InvalidArgumentError(
    `"${text.slice(0, 60)}" is no commercetools id (small letters and digits: 3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f).`,
  );
}
