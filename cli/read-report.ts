import type { OperationOutput } from '../lambdas/control/api/control-api.ts';
import type { DifferenceClass } from '../lambdas/core/runs/difference.ts';
import type { Session } from './session.ts';

export type ShownDifference = OperationOutput<'run.report'>['differences'][number];

/** The whole report of a run, page by page. */
export async function readReport(
  { control }: Pick<Session, 'control'>,
  runId: string,
  only?: DifferenceClass,
): Promise<ShownDifference[]> {
  const differences: ShownDifference[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await control('run.report', {
      runId,
      limit: 1_000,
      ...(only && { class: only }),
      ...(cursor !== undefined && { cursor }),
    });
    differences.push(...page.differences);
    if (page.next === undefined) return differences;
    cursor = page.next;
  }
}
