import type { DoctorCheck } from '../../lambdas/control/api/control-api.ts';
import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import { outageOf, type SystemName } from './outage-check.ts';

/** One thing to look at. Whatever it throws becomes its line. */
export interface Probe {
  readonly check: string;
  /** Whom it asks. One that gives no answer at all is asked nothing more. */
  readonly system?: SystemName;
  /** Check that has to be ok first: what follows from its problem is no problem of its own. */
  readonly needs?: string;
  /** How to fix it, when the question is refused. */
  readonly fix?: string;
  /** Whose address it is that may be wrong, when there is no answer. */
  readonly address?: string;
  look(): Promise<Finding>;
}

export type Finding = Omit<DoctorCheck, 'check'>;

export const ok = (detail: string): Finding => ({ status: 'ok', detail });
export const problem = (detail: string, fix: string): Finding => ({ status: 'problem', detail, fix });
export const unknown = (detail: string, fix?: string): Finding => ({
  status: 'unknown',
  detail,
  ...(fix !== undefined && { fix }),
});

/**
 * One after the other: some need what an earlier one found. `onCheck` gets each line as it comes, because a system that hangs
 * takes its time.
 */
export async function lookAt(
  probes: readonly Probe[],
  onCheck: (check: DoctorCheck) => void = () => undefined,
): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  const silent = new Set<SystemName>();
  for (const probe of probes) {
    const { check, needs, system } = probe;
    const isOpen = needs === undefined || checks.some((one) => one.check === needs && one.status === 'ok');
    let finding: Finding;
    if (system !== undefined && silent.has(system)) finding = unknown(`not asked: ${system} does not answer`);
    else if (!isOpen) finding = unknown(`not asked: needs "${needs}"`);
    else {
      finding = await probe.look().catch((error: unknown) => {
        if (system !== undefined && outageOf(error) === 'silent') silent.add(system);
        return failed(probe, error);
      });
    }
    checks.push({ check, ...finding });
    onCheck({ check, ...finding });
  }
  return checks;
}

function failed({ system, fix = 'See the message.', address }: Probe, error: unknown): Finding {
  const down = `${system ?? 'It'} is down or overloaded. Try again in some minutes.`;
  switch (outageOf(error)) {
    case 'silent':
      return problem(reasonOf(error), address === undefined ? down : `${address} If it is right: ${down}`);
    case 'down':
      return problem(reasonOf(error), down);
    default:
      return problem(reasonOf(error), fix);
  }
}

/** Codes and places only: messages of other errors may echo what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof ConnectorError) return error.message;
  return error instanceof Error ? error.name : 'unknown error';
}
