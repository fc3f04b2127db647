import { toFailure } from '../../core/base/errors.ts';
import { recordOutcome } from '../lambda/counted-outcomes.ts';
import type { QueueRecord } from '../lambda/queue-record.ts';
import { recordRunEntries } from './record-run-entries.ts';
import type { ResourcePorts } from './resource-ports.ts';
import { retryGroup } from './retry-later.ts';
import type { Finished, GroupResult } from './work-item.ts';

/** Reports the results to their runs, counts and logs them. @returns the messages that have to be retried. */
export async function finishBatch(
  ports: ResourcePorts,
  results: readonly GroupResult[],
): Promise<readonly QueueRecord[]> {
  const finished = results.filter((one) => 'result' in one);
  const unreported = await recordRunEntries(ports.runs, finished);
  const retried = await Promise.all(
    [...unreported].map(([group, error]) => retryGroup(ports, group, toFailure(error))),
  );
  for (const one of finished) if (!unreported.has(one.group)) recordResult(ports, one);
  return [...results.filter((one) => 'retried' in one), ...retried].flatMap((one) => one.retried);
}

/** One outcome per record: the group's own, and `collapsed` for every other record of the group. */
function recordResult(ports: ResourcePorts, { group, result, startedAt }: Finished): void {
  const { resource, version, traceId } = group.work.event;
  const { outcome, reason } = result;
  const about = { resourceType: resource.typeId, id: resource.id, version, traceId };
  if (outcome === 'recorded') {
    ports.metrics.count('Recorded');
    ports.log.recorded(about);
  } else recordOutcome(ports, { outcome, reason, ...about, durationMs: ports.clock() - startedAt });
  for (const _collapsed of group.records.slice(1))
    recordOutcome(ports, { outcome: 'collapsed', reason: 'handler-batch', ...about });
}
