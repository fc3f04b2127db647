import type { DoctorCheck } from '../../../lambdas/control/operations.ts';
import { plainText } from './plain-text.ts';
import { counted } from './values.ts';
import { hanging } from './wrap.ts';

const marks = { ok: 'ok     ', problem: 'PROBLEM', unknown: 'unknown' } as const;
const INDENT = 9;

/** Per check what was looked at and what was found; how to mend it stands below what needs it. */
export function checksText(checks: readonly DoctorCheck[]): string {
  const lines = checks.flatMap(({ check, status, detail, mend }) => [
    `${marks[status]}  ${hanging(plainText(`${check} - ${detail}`), INDENT)}`,
    ...(mend === undefined ? [] : [`${' '.repeat(INDENT)}-> ${hanging(plainText(mend), INDENT + 3)}`]),
  ]);
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const unknown = checks.filter(({ status }) => status === 'unknown').length;
  const summary = problems === 0 ? 'No problem found' : `${counted(problems, 'problem')} found`;
  return [...lines, '', `${summary}, ${unknown} unknown, ${counted(checks.length, 'check')}.`].join('\n');
}
