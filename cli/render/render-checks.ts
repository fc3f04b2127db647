import type { DoctorCheck } from '../../lambdas/control/api/control-api.ts';
import { counted } from './values.ts';
import type { View } from './view.ts';

const marks = { ok: 'ok     ', problem: 'PROBLEM', unknown: 'unknown' } as const;

/** One check with its finding, and below it how to fix a problem. */
export function checkView({ check, status, detail, fix }: DoctorCheck): View {
  const finding = { label: `${marks[status]}  `, text: `${check} - ${detail}` };
  return fix === undefined ? finding : [finding, { label: '         -> ', text: fix }];
}

export function checksSummary(checks: readonly DoctorCheck[]): string {
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const unknown = checks.filter(({ status }) => status === 'unknown').length;
  const summary = problems === 0 ? 'No problem found' : `${counted(problems, 'problem')} found`;
  return `${summary}, ${unknown} unknown, ${counted(checks.length, 'check')}.`;
}
