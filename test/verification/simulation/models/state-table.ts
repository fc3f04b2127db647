import type { StateKey, StateStore } from '../../../../lambdas/core/delivery/ports/state-store.ts';
import type { Sim } from '../kernel/sim.ts';
import { short } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Invocation } from './invocation.ts';
import { tableCallsOf } from './table-calls.ts';

/** The state store of one invocation: the memory adapter, whose conditions the contract suite proves, with faults. */
export function stateStoreOf(
  sim: Sim,
  code: Code,
  { table, invocation, isDown }: { table: StateStore; invocation: Invocation; isDown: () => boolean },
): StateStore {
  const { faults, random, trace, reach } = sim;
  const calls = tableCallsOf(sim, code, { invocation, isDown, name: 'STATE' });

  function write<T>(what: string, key: StateKey, effect: () => Promise<T>): Promise<T> {
    return calls.write(what, () => {
      const result = effect();
      trace.note(what, short(key.id));
      return result.then((answer) => {
        if (answer === 'superseded') reach.hit(`condition failed: ${what}`);
        return answer;
      });
    });
  }

  return {
    read: (keys) => {
      const isUnread = faults.draw('table-unread') !== undefined;
      const unread = isUnread ? random.integer(0, keys.length - 1) : -1;
      return calls.read('read-rows', () => table.read(keys.filter((_, index) => index !== unread)));
    },
    commitSynced: (key, commit) => write('commit-synced', key, () => table.commitSynced(key, commit)),
    commitDeleted: (key, commit) => write('commit-deleted', key, () => table.commitDeleted(key, commit)),
    markFailed: (key, failure) => write('park', key, () => table.markFailed(key, failure)),
    forgetHash: (key) => write('forget-hash', key, () => table.forgetHash(key)),
    noteMissing: (key, missing) => write('note-missing', key, () => table.noteMissing(key, missing)),
    noteWaiting: (key, waiting) => write('note-waiting', key, () => table.noteWaiting(key, waiting)),
    setSkipped: (key, isSkipped) => write('set-skipped', key, () => table.setSkipped(key, isSkipped)),
    skipped: (scope, query) => calls.read('list-skipped', () => table.skipped(scope, query)),
    noteSkipped: (key, version) => write('note-skipped', key, () => table.noteSkipped(key, version)),
    link: (key, ref) => write('link', key, () => table.link(key, ref)),
    reserveRef: (key, ref) => write('reserve-ref', key, () => table.reserveRef(key, ref)),
  };
}
