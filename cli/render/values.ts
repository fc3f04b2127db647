const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-11-21 21:05:38`, UTC. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-11-21 21:05`, UTC. */
export function minuteText(milliseconds: number): string {
  return timeText(milliseconds).slice(0, 16);
}

/** `2026-11-21 21:05:38 (3 min ago)`. */
export function timeAgo(milliseconds: number | undefined, now: number): string | undefined {
  if (milliseconds === undefined) return undefined;
  const distance = durationText(Math.abs(now - milliseconds));
  return `${timeText(milliseconds)} (${milliseconds > now ? `in ${distance}` : `${distance} ago`})`;
}

/** `40 s`, `3 min`, `5 h 20 min`, `2 d 3 h`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${Math.round(milliseconds / MINUTE)} min`;
  const [large, largeName, small, smallName] =
    milliseconds < DAY ? ([HOUR, 'h', MINUTE, 'min'] as const) : ([DAY, 'd', HOUR, 'h'] as const);
  const rounded = Math.round(milliseconds / small) * small;
  const rest = rounded % large;
  const whole = `${(rounded - rest) / large} ${largeName}`;
  return rest === 0 ? whole : `${whole} ${rest / small} ${smallName}`;
}

export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 customer`, `1,234 customers`. */
export function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** Amounts below a cent keep two significant digits. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  return amount < 0.01 ? `$${amount.toPrecision(2)}` : `$${amount.toFixed(2)}`;
}
