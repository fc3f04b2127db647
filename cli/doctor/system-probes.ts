import type { DoctorCheck } from '../../lambdas/control/api/control-api.ts';
import type { FluentConnection } from '../../lambdas/core/base/connection.ts';
import { clockProbe } from './clock-probe.ts';
import { type CommercetoolsUnderTest, commercetoolsProbes } from './commercetools-probes.ts';
import { fluentBehaviorProbes } from './fluent-behavior-probes.ts';
import { FLUENT_LOGIN, fluentLogin, fluentProbes } from './fluent-probes.ts';
import { createFluentSession, type FluentSession } from './fluent-session.ts';
import { fluentWriteProbes } from './fluent-write-probes.ts';
import { type Probe, runProbes, unknown } from './probe.ts';
import { ProbeHttp } from './probe-http.ts';

export interface SystemsUnderTest {
  readonly commercetools?: CommercetoolsUnderTest | undefined;
  readonly fluent?:
    | { readonly retailerId: string | undefined; readonly connection: FluentConnection }
    | undefined;
}

export interface ProbeOptions {
  /** Also run the probes that write to Fluent. */
  readonly writes: boolean;
  /** Gets each result at once. */
  readonly onCheck?: (check: DoctorCheck) => void;
  /** A system that takes longer gives no answer. */
  readonly timeoutMs?: number;
}

/** Checks commercetools and Fluent over HTTP. */
export async function checkSystems(
  { commercetools, fluent }: SystemsUnderTest,
  { writes, onCheck, timeoutMs = 10_000 }: ProbeOptions,
): Promise<DoctorCheck[]> {
  const http = new ProbeHttp(timeoutMs);
  return runProbes(
    [
      ...(commercetools ? commercetoolsProbes(http, commercetools) : []),
      ...(fluent
        ? allFluentProbes(createFluentSession(http, fluent.connection, timeoutMs), fluent, writes)
        : []),
      ...(commercetools || fluent ? [clockProbe(http)] : []),
    ],
    onCheck,
  );
}

function allFluentProbes(
  session: FluentSession,
  { retailerId }: { readonly retailerId: string | undefined },
  writes: boolean,
): Probe[] {
  const reading = [...fluentProbes(session, retailerId), ...fluentBehaviorProbes(session)];
  const writing = fluentWriteProbes(session, retailerId ?? '');
  const reason = whyNotWritten(retailerId, writes);
  return [
    ...fluentLogin(session),
    ...[...reading, ...(reason === undefined ? writing : [])].map(asFluentProbe),
    ...(reason === undefined
      ? []
      : writing.map(({ check }) => ({ check, run: async () => unknown(reason) }))),
  ];
}

/** Write probes that do not run are listed as unknown, with this reason. */
function whyNotWritten(retailerId: string | undefined, writes: boolean): string | undefined {
  if (!writes) return 'checked only with --write-probes';
  return retailerId === undefined ? 'not checked: no retailer is configured here' : undefined;
}

function asFluentProbe(probe: Probe): Probe {
  return { ...probe, system: 'Fluent', needs: probe.needs ?? FLUENT_LOGIN };
}
