import type { DoctorCheck } from '../../../lambdas/control/operations.ts';
import { plainText } from './plain-text.ts';
import { counted } from './values.ts';

const marks = { ok: 'ok     ', problem: 'PROBLEM', unknown: 'unknown' } as const;

/** A line per check; how to mend stands below what needs it. */
export function checksText(checks: readonly DoctorCheck[]): string {
  const width = Math.max(0, ...checks.map(({ check }) => check.length));
  const lines = checks.flatMap(({ check, status, detail, mend }) => [
    plainText(`${marks[status]}  ${check.padEnd(width)}  ${detail}`),
    ...(mend === undefined ? [] : [plainText(`${' '.repeat(width + 11)}-> ${mend}`)]),
  ]);
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const unknown = checks.filter(({ status }) => status === 'unknown').length;
  const summary = problems === 0 ? 'No problem found' : `${counted(problems, 'problem')} found`;
  return [...lines, '', `${summary}, ${unknown} unknown, ${counted(checks.length, 'check')}.`].join('\n');
}
