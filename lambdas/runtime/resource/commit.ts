import { ConnectorError } from '../../core/base/errors.ts';
import type { Outcome } from '../../core/base/outcome.ts';
import { type Customs, relinkedRow } from '../../core/delivery/ports/state-store.ts';
import { receiptSubject } from '../../core/delivery/receipt-subject.ts';
import { gapOf, gapToStore } from '../../core/delivery/version-chain.ts';
import { listAgain, resolveFailure } from './failure-list.ts';
import { recentOutcomes } from './known-record.ts';
import { clearOvertaken, clearReleased, everyChange } from './recorded-changes.ts';
import type { Warning } from './resource-definition.ts';
import type { WorkItem } from './work-item.ts';

/** What the OMS holds after an upsert. */
export interface Written {
  readonly version: number;
  readonly hash: string;
  readonly mapperVersion: number;
  readonly fieldHashes: string;
  readonly ref: string | undefined;
  readonly customs?: Customs | undefined;
}

/** What the OMS holds after a deletion. */
export interface Deleted {
  readonly version: number;
  readonly erased: boolean;
  readonly warnings: readonly Warning[];
}

type CommittedResult = {
  readonly outcome: Outcome & ('synced' | 'unchanged' | 'deleted');
  readonly reason: string;
};

/**
 * Stores what the OMS now holds. Whatever the commit forgets is dealt with before it: a crash in between leads to a retry that
 * still finds it in the sync record.
 */
export async function commit(
  item: WorkItem,
  result: CommittedResult,
  done: Written | Deleted,
): Promise<CommittedResult> {
  if ('erased' in done) {
    await resolveFailure(item);
    await clearOvertaken(item, everyChange);
    await commitDeleted(item, result, done);
  } else {
    // An upsert does not make up for a failed delete or erasure.
    await (item.row?.failure?.wants ? listAgain(item) : resolveFailure(item));
    await clearOvertaken(item, { version: done.version, kind: 'UPSERT' });
    await commitSynced(item, result, done);
  }
  await clearReleased(item);
  return result;
}

async function commitSynced(item: WorkItem, result: CommittedResult, done: Written): Promise<void> {
  const { ports, key, row, group } = item;
  const { ref, customs, ...written } = done;
  const answer = await ports.store.commitSynced(key, {
    ...written,
    ...gapToStore(gapOf(group.work, row), row),
    ...(row?.failure?.wants && { keepsFailure: true as const }),
    ...(ref !== undefined && { ref }),
    ...(customs && { customs }),
    recent: recentOutcomes(item, { ...result, version: written.version }),
  });
  if (answer === 'relinked') throw relinkedRow();
  // No other message of this resource is processed while its group is locked: dead-letter it, so that people look into it.
  if (answer === 'superseded' && result.outcome === 'synced')
    throw new ConnectorError(
      { failureClass: 'permanent', code: 'INVARIANT' },
      'The sync record changed while its group was locked.',
    );
}

async function commitDeleted(item: WorkItem, result: CommittedResult, done: Deleted): Promise<void> {
  const { ports, key, row } = item;
  const { version, erased } = done;
  if (row?.isSkipped) await ports.store.setSkipped(key, false);
  if (erased) await finishErasure(item, result.reason, done.warnings);
  const recent = recentOutcomes(item, { ...result, version });
  await ports.store.commitDeleted(key, { version, erased, recent });
}

/** Deletes pending changes, writes the receipt and schedules the cleanup of the dead-letter queues. */
async function finishErasure(
  { ports, key, group }: WorkItem,
  how: string,
  warnings: readonly Warning[],
): Promise<void> {
  await ports.pending.clear(key, { ...everyChange, dataErasure: true });
  const incomplete = warnings.filter(({ code }) => code === 'ERASURE_INCOMPLETE').map(({ field }) => field);
  await ports.receipts.put({
    subject: receiptSubject(key),
    erasedAt: ports.clock(),
    how,
    traceId: group.work.event.traceId,
    incomplete,
  });
  await ports.erased.add(key);
}
