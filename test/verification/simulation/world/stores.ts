import type { SettingsStore } from '../../../../lambdas/core/base/ports/settings-store.ts';
import type { ErasedStore } from '../../../../lambdas/core/delivery/ports/erased-store.ts';
import type { FailureStore } from '../../../../lambdas/core/delivery/ports/failure-store.ts';
import type { PendingStore } from '../../../../lambdas/core/delivery/ports/pending-store.ts';
import type { ReceiptStore } from '../../../../lambdas/core/delivery/ports/receipt-store.ts';
import type { RunStore } from '../../../../lambdas/core/runs/ports/run-store.ts';
import type { Invocation } from '../models/invocation.ts';
import { settingsStoreOf } from '../models/settings.ts';
import { tableCallsOf, underFaults } from '../models/table-calls.ts';
import type { Code } from './code.ts';
import type { World } from './world.ts';

/** The contents of the one table except the state rows. */
export interface Stores {
  readonly runs: RunStore;
  readonly settings: SettingsStore;
  readonly failures: FailureStore;
  readonly pending: PendingStore;
  readonly receipts: ReceiptStore;
  readonly erased: ErasedStore;
}

/** The memory adapters, which the contract suites compare with the real ones. */
export function newStores(code: Code, clock: () => number) {
  return {
    runs: code.createMemoryRunStore(clock),
    settings: code.createMemorySettingsStore(),
    failures: code.createMemoryFailureStore(),
    pending: code.createMemoryPendingStore(clock),
    receipts: code.createMemoryReceiptStore(),
    erased: code.createMemoryErasedStore(clock),
  } satisfies Stores;
}

/** The same stores as one invocation sees them: throttled, with lost answers, and unavailable while the table is down. */
export function storesOf(world: World, invocation: Invocation): Stores {
  const { sim, code, stores } = world;
  const calls = (name: string) =>
    tableCallsOf(sim, code, { invocation, isDown: () => world.isDown('table'), name });
  const erased = calls('ERASED');
  return {
    runs: underFaults(calls('RUNS'), stores.runs, [
      'read',
      'list',
      'open',
      'planned',
      'entryCounts',
      'entries',
      'reported',
    ]),
    settings: settingsStoreOf(calls('SETTINGS'), stores.settings),
    failures: underFaults<FailureStore>(calls('FAILURES'), stores.failures, ['groups', 'items']),
    pending: underFaults<PendingStore>(calls('PENDING'), stores.pending, ['list', 'byIds', 'count']),
    receipts: underFaults<ReceiptStore>(calls('RECEIPTS'), stores.receipts, ['read']),
    erased: {
      ...underFaults<ErasedStore>(erased, stores.erased, ['list']),
      // Traced under its former name, so that digests stay comparable.
      noteSearched: (key) => erased.write('noteLookedFor', () => stores.erased.noteSearched(key)),
    },
  };
}
