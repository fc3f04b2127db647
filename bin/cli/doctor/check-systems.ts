import type { DoctorCheck } from '../../../lambdas/control/operations.ts';
import type { FluentConnection } from '../../../lambdas/core/connection.ts';
import { lookAt } from './check.ts';
import { clockProbe } from './clock-probe.ts';
import { type CommercetoolsUnderTest, commercetoolsProbes } from './commercetools-probes.ts';
import { fluentProbes } from './fluent-probes.ts';
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

/** The two systems, from outside. `writes`: also what only writing shows. */
export async function checkSystems(
  { commercetools, fluent }: SystemsUnderTest,
  { writes }: { writes: boolean },
): Promise<DoctorCheck[]> {
  const http = new Http();
  const session = fluent && createFluentSession(http, fluent.connection);
  return lookAt([
    ...(commercetools ? commercetoolsProbes(http, commercetools) : []),
    ...(session ? [...fluentProbes(session, fluent.retailerId), ...fluentUnknowns(session)] : []),
    ...(session && writes && fluent.retailerId !== undefined
      ? fluentWriteProbes(session, fluent.retailerId)
      : []),
    ...(commercetools || fluent ? [clockProbe(http)] : []),
  ]);
}
