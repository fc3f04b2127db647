import type { Random } from './ports/clock.ts';

/** A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then random bits, so ids sort by time. */
export function timeUuid(now: number, random: Random): string {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const time = now.toString(16).padStart(12, '0');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
