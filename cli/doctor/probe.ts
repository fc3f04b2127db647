import type { DoctorCheck } from '../../lambdas/control/api/control-api.ts';
import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import { outageOf, type SystemName } from './outages.ts';

/** One check of the doctor. An error that it throws becomes its finding. */
export interface Probe {
  readonly check: string;
  /** The system that it asks. When a system gives no answer at all, its other probes are skipped. */
  readonly system?: SystemName;
  /** Name of a check that must be ok first, so that one cause is one problem. */
  readonly needs?: string;
  /** What helps when the request is refused. */
  readonly fix?: string;
  /** Which address to check when there is no answer. */
  readonly address?: string;
  run(): Promise<Finding>;
}

export type Finding = Omit<DoctorCheck, 'check'>;

export const ok = (detail: string): Finding => ({ status: 'ok', detail });
export const problem = (detail: string, fix: string): Finding => ({ status: 'problem', detail, fix });
/** Fluent behaves in a way that the connector was not built for. */
export const unexpected = (detail: string, consequence: string): Finding =>
  problem(detail, `${consequence} Report this before you go live.`);
export const unknown = (detail: string, fix?: string): Finding => ({
  status: 'unknown',
  detail,
  ...(fix !== undefined && { fix }),
});

/** Runs probes in order, because some need what an earlier one found. `onCheck` gets each result at once. */
export async function runProbes(
  probes: readonly Probe[],
  onCheck: (check: DoctorCheck) => void = () => undefined,
): Promise<DoctorCheck[]> {
  const checks: DoctorCheck[] = [];
  const silent = new Set<SystemName>();
  for (const probe of probes) {
    const { check, needs, system } = probe;
    const canRun = needs === undefined || checks.some((one) => one.check === needs && one.status === 'ok');
    let finding: Finding;
    if (system !== undefined && silent.has(system))
      finding = unknown(`not checked: ${system} does not answer`);
    else if (!canRun) finding = unknown(`not checked: needs "${needs}"`);
    else {
      finding = await probe.run().catch((error: unknown) => {
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
  const down = `${system ?? 'The system'} is down or overloaded. Try again in a few minutes.`;
  switch (outageOf(error)) {
    case 'silent':
      return problem(
        reasonOf(error),
        address === undefined ? down : `${address} If the address is correct: ${down}`,
      );
    case 'down':
      return problem(reasonOf(error), down);
    default:
      return problem(reasonOf(error), fix);
  }
}

/** Only messages of the connector: those of other errors may repeat what was sent. */
function reasonOf(error: unknown): string {
  if (error instanceof ConnectorError) return error.message;
  return error instanceof Error ? error.name : 'unknown error';
}
