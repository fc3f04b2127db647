import { AwsError } from '../contract.ts';

/** Says whether a schedule fires in the minute that starts at this time (epoch milliseconds, UTC). */
export type Schedule = (minute: number) => boolean;

const units: Record<string, number> = { minute: 1, hour: 60, day: 1440 };
const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const days = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/** Reads `rate(5 minutes)` or `cron(0 3 * * ? *)`. Throws ValidationException, also for L, W and #. */
export function readSchedule(expression: string): Schedule {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit) {
    const every = Number(count) * (units[unit] ?? 1);
    if (every === 0) throw invalid(expression);
    return (minute) => Math.floor(minute / 60_000) % every === 0;
  }
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  if (fields.length !== 6) throw invalid(expression);
  const [minutes, hours, daysOfMonth, monthsOfYear, daysOfWeek, years] = fields.map((field, index) => {
    return readField(field, index, expression);
  });
  return (time) => {
    const at = new Date(time);
    return Boolean(
      minutes?.(at.getUTCMinutes()) &&
        hours?.(at.getUTCHours()) &&
        daysOfMonth?.(at.getUTCDate()) &&
        monthsOfYear?.(at.getUTCMonth() + 1) &&
        daysOfWeek?.(at.getUTCDay() + 1) &&
        years?.(at.getUTCFullYear()),
    );
  };
}

/** Lowest and highest value of each cron field. */
const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [1, 7],
  [1970, 2199],
] as const;

function readField(field: string, index: number, expression: string): (value: number) => boolean {
  if (field === '*' || field === '?') return () => true;
  const [low, high] = ranges[index] ?? [0, 0];
  const tests = field.split(',').map((part) => {
    const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    const start = from === '*' ? low : numberOf(from, index);
    const end = to === undefined ? (from === '*' || step !== undefined ? high : start) : numberOf(to, index);
    const every = Number(step ?? 1);
    if (![start, end].every((value) => value >= low && value <= high) || every < 1) throw invalid(expression);
    return (value: number) => value >= start && value <= end && (value - start) % every === 0;
  });
  return (value) => tests.some((test) => test(value));
}

function numberOf(text: string, index: number): number {
  const names = index === 3 ? months : index === 4 ? days : [];
  const named = names.indexOf(text.toUpperCase());
  return named >= 0 ? named + 1 : Number(text);
}

function invalid(expression: string): AwsError {
  return new AwsError('ValidationException', `Parameter ScheduleExpression is not valid: ${expression}`);
}
