import type { DoctorCheck } from '../../lambdas/control/api/control-api.ts';
import type { FluentConnection } from '../../lambdas/core/base/connection.ts';
import { lookAt, type Probe, unknown } from './check.ts';
import { clockProbe } from './clock-probe.ts';
import { type CommercetoolsUnderTest, commercetoolsProbes } from './commercetools-probes.ts';
import { FLUENT_LOGIN, fluentLogin, fluentProbes } from './fluent-probes.ts';
import { createFluentSession, type FluentSession } from './fluent-session.ts';
import { fluentUnknowns } from './fluent-unknowns.ts';
import { fluentWriteProbes } from './fluent-write-probes.ts';
import { Http } from './http.ts';

export interface SystemsUnderTest {
  readonly commercetools?: CommercetoolsUnderTest | undefined;
  readonly fluent?:
    | { readonly retailerId: string | undefined; readonly connection: FluentConnection }
    | undefined;
}

export interface Asking {
  /** Also what only writing shows. */
  readonly writes: boolean;
  /** Gets each line as it comes. */
  readonly onCheck?: (check: DoctorCheck) => void;
  /** Until a system counts as silent. */
  readonly timeoutMs?: number;
}

/** The two systems, from outside. */
export async function checkSystems(
  { commercetools, fluent }: SystemsUnderTest,
  { writes, onCheck, timeoutMs = 10_000 }: Asking,
): Promise<DoctorCheck[]> {
  const http = new Http(timeoutMs);
  return lookAt(
    [
      ...(commercetools ? commercetoolsProbes(http, commercetools) : []),
      ...(fluent
        ? probesOfFluent(createFluentSession(http, fluent.connection, timeoutMs), fluent, writes)
        : []),
      ...(commercetools || fluent ? [clockProbe(http)] : []),
    ],
    onCheck,
  );
}

function probesOfFluent(
  session: FluentSession,
  { retailerId }: { readonly retailerId: string | undefined },
  writes: boolean,
): Probe[] {
  const reading = [...fluentProbes(session, retailerId), ...fluentUnknowns(session)];
  const writing = fluentWriteProbes(session, retailerId ?? '');
  const left = unavailableBecause(retailerId, writes);
  return [
    ...fluentLogin(session),
    ...[...reading, ...(left === undefined ? writing : [])].map(ofFluent),
    ...(left === undefined ? [] : writing.map(({ check }) => ({ check, look: async () => unknown(left) }))),
  ];
}

/** What nobody looked at is named as well: it is no less open for that. */
function unavailableBecause(retailerId: string | undefined, writes: boolean): string | undefined {
  if (!writes) return 'asked by --write-probes only';
  return retailerId === undefined ? 'not asked: no retailer is configured here' : undefined;
}

function ofFluent(probe: Probe): Probe {
  return { ...probe, system: 'Fluent', needs: probe.needs ?? FLUENT_LOGIN };
}
