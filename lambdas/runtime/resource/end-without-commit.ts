import { mustForgetHash } from '../../core/delivery/protocol.ts';
import { isLateArrival } from '../../core/delivery/version-chain.ts';
import { listAgain } from './failure-list.ts';
import { clearReleased, recordChange } from './recorded-changes.ts';
import type { WorkItem, WorkResult } from './work-item.ts';

/** The results of the gate, and of a resource that the source does not have: the OMS stays as it is. */
export async function endWithoutCommit(item: WorkItem): Promise<WorkResult> {
  const result = await resultOf(item);
  if (mustForgetHash(item.group.work, item.row)) await item.ports.store.forgetHash(item.key);
  await listAgain(item);
  await clearReleased(item);
  return result;
}

async function resultOf(item: WorkItem): Promise<WorkResult> {
  const { start, ports, group, row } = item;
  if (start.step === 'superseded') {
    if (isLateArrival(group.work, row)) ports.metrics.count('LateArrivals');
    return { outcome: 'superseded', reason: 'version-gate' };
  }
  if (start.step === 'record') return recordChange(item);
  if (start.step === 'skipped') {
    await noteSkipped(item);
    return { outcome: 'skipped', reason: 'operator' };
  }
  return { outcome: 'absent', reason: 'not-at-source' };
}

/** Stores the version that an excluded resource missed, so that nothing older is written once it is included again. */
async function noteSkipped({ ports, key, group, row }: WorkItem): Promise<void> {
  const { version } = group.work.event;
  if (version > Math.max(row?.version ?? 0, row?.skippedVersion ?? 0))
    await ports.store.noteSkipped(key, version);
}
