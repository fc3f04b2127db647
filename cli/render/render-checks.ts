import type { DoctorCheck } from '../../lambdas/control/api/control-api.ts';
import { plainText } from './plain-text.ts';
import { counted } from './values.ts';
import { hanging } from './wrap.ts';

const marks = { ok: 'ok     ', problem: 'PROBLEM', unknown: 'unknown' } as const;
const INDENT = 9;

/** What was looked at and what was found; how to fix it stands below. */
export function checkText({ check, status, detail, fix }: DoctorCheck): string {
  const line = `${marks[status]}  ${hanging(plainText(`${check} - ${detail}`), INDENT)}`;
  if (fix === undefined) return line;
  return `${line}\n${' '.repeat(INDENT)}-> ${hanging(plainText(fix), INDENT + 3)}`;
}

/** What all of it comes to. */
export function checksSummary(checks: readonly DoctorCheck[]): string {
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const unknown = checks.filter(({ status }) => status === 'unknown').length;
  const summary = problems === 0 ? 'No problem found' : `${counted(problems, 'problem')} found`;
  return `${summary}, ${unknown} unknown, ${counted(checks.length, 'check')}.`;
}
