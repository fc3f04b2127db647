import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import type { DifferenceClass } from '../../lambdas/core/runs/difference.ts';
import { allPages } from '../all-pages.ts';
import type { Session } from '../session.ts';

export type ShownDifference = OperationOutput<'run.report'>['differences'][number];

/** The complete report of a run; with `only`, the differences of that class. */
export function readReport(
  { control }: Pick<Session, 'control'>,
  runId: string,
  only?: DifferenceClass,
): Promise<ShownDifference[]> {
  return allPages(
    (cursor) => control('run.report', { runId, limit: 1_000, class: only, cursor }),
    ({ differences }) => differences,
  );
}
