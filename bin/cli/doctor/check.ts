import type { DoctorCheck } from '../../../lambdas/control/operations.ts';
import { ConnectorError } from '../../../lambdas/core/errors.ts';

/** One thing to look at. Whatever it throws becomes its line. */
export interface Probe {
  readonly check: string;
  /** Check that has to be ok first: what follows from its problem is no problem of its own. */
  readonly needs?: string;
  /** How to mend it, when it cannot even be asked. */
  readonly mend?: string;
  look(): Promise<Finding>;
}

export type Finding = Omit<DoctorCheck, 'check'>;

export const ok = (detail: string): Finding => ({ status: 'ok', detail });
export const problem = (detail: string, mend: string): Finding => ({ status: 'problem', detail, mend });
export const unknown = (detail: string, mend?: string): Finding => ({
  status: 'unknown',
  detail,
  ...(mend !== undefined && { mend }),
});

/** One after the other: some need what an earlier one found. */
export async function lookAt(probes: readonly Probe[]): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  for (const { check, needs, mend = 'See the message.', look } of probes) {
    const isOpen = needs === undefined || checks.some((one) => one.check === needs && one.status === 'ok');
    const finding = isOpen
      ? await look().catch((error: unknown) => problem(reasonOf(error), mend))
      : unknown(`not asked: needs "${needs}"`);
    checks.push({ check, ...finding });
  }
  return checks;
}

/** Codes and places only: messages of other errors may echo what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof ConnectorError) return error.message;
  return error instanceof Error ? error.name : 'unknown error';
}

export function codeOf(error: unknown): string {
  if (error instanceof ConnectorError) return error.code;
  throw error;
}
