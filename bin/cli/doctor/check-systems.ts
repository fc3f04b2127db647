import type { DoctorCheck } from '../../../lambdas/control/operations.ts';
import type { FluentConnection } from '../../../lambdas/core/connection.ts';
import { lookAt, type Probe } from './check.ts';
import { clockProbe } from './clock-probe.ts';
import { type CommercetoolsUnderTest, commercetoolsProbes } from './commercetools-probes.ts';
import { FLUENT_LOGIN, fluentLogin, fluentProbes } from './fluent-probes.ts';
import { createFluentSession } from './fluent-session.ts';
import { fluentUnknowns } from './fluent-unknowns.ts';
import { fluentWriteProbes } from './fluent-write-probes.ts';
import { Http } from './http.ts';

export interface SystemsUnderTest {
  readonly commercetools?: CommercetoolsUnderTest | undefined;
  readonly fluent?:
    | { readonly retailerId: string | undefined; readonly connection: FluentConnection }
    | undefined;
}

const loggedIn = (probe: Probe): Probe => ({ ...probe, needs: FLUENT_LOGIN });

/** The two systems, from outside. `writes`: also what only writing shows. */
export async function checkSystems(
  { commercetools, fluent }: SystemsUnderTest,
  { writes }: { writes: boolean },
): Promise<DoctorCheck[]> {
  const http = new Http();
  const session = fluent && createFluentSession(http, fluent.connection);
  return lookAt([
    ...(commercetools ? commercetoolsProbes(http, commercetools) : []),
    ...(session ? fluentLogin(session) : []),
    ...(session
      ? [...fluentProbes(session, fluent.retailerId), ...fluentUnknowns(session)].map(loggedIn)
      : []),
    ...(session && writes && fluent.retailerId !== undefined
      ? fluentWriteProbes(session, fluent.retailerId).map(loggedIn)
      : []),
    ...(commercetools || fluent ? [clockProbe(http)] : []),
  ]);
}
