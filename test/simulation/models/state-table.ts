import type { StateKey, StateStore } from '../../../lambdas/core/ports/state-store.ts';
import type { Sim } from '../kernel/sim.ts';
import { short } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Fate, Invocation } from './invocation.ts';

/** The state store of one invocation: the memory adapter, whose conditions the contract suite proves, under faults. */
export function stateStoreOf(
  sim: Sim,
  code: Code,
  { table, invocation, isDown }: { table: StateStore; invocation: Invocation; isDown: () => boolean },
): StateStore {
  const { faults, random, trace, reach } = sim;
  const latency = () => random.integer(2, 15);
  const refused = (name: string): Fate => ({
    answerAfter: latency(),
    error: new code.ConnectorError(
      { failureClass: 'retry', code: `STATE_${name}` },
      'The state table did not answer.',
    ),
  });

  function write<T>(what: string, key: StateKey, effect: () => Promise<T>): Promise<T> {
    const noted = (): Promise<T> => {
      const result = effect();
      trace.note(what, short(key.id));
      return result.then((answer) => {
        if (answer === 'superseded') reach.hit(`condition failed: ${what}`);
        return answer;
      });
    };
    const fault = isDown() ? 'server-error' : faults.draw('table-write');
    const after = latency();
    switch (fault) {
      case undefined:
        return invocation.call(what, { effectAfter: after, answerAfter: after }, noted);
      case 'throttled':
        return invocation.call(what, refused('ProvisionedThroughputExceededException'), noted);
      case 'server-error':
        return invocation.call(what, refused('InternalServerError'), noted);
      case 'answer-lost':
        return invocation.call(what, { ...refused('TimeoutError'), effectAfter: after }, noted);
      case 'own-success':
        // The SDK repeats a write whose answer was lost: the second one meets what the first one left.
        return invocation.call(what, { effectAfter: after, answerAfter: after }, () => {
          void noted();
          return noted();
        });
    }
  }

  return {
    read: (keys) => {
      const fault = isDown() ? 'server-error' : faults.draw('table-read');
      const after = latency();
      if (fault === 'throttled')
        return invocation.call(
          'read-rows',
          refused('ProvisionedThroughputExceededException'),
          () => new Map(),
        );
      if (fault === 'server-error')
        return invocation.call('read-rows', refused('InternalServerError'), () => new Map());
      const unread = fault === 'unread-key' ? random.integer(0, keys.length - 1) : -1;
      return invocation.call('read-rows', { effectAfter: after, answerAfter: after }, () =>
        table.read(keys.filter((_, index) => index !== unread)),
      );
    },
    commitSynced: (key, commit) => write('commit-synced', key, () => table.commitSynced(key, commit)),
    commitDeleted: (key, commit) => write('commit-deleted', key, () => table.commitDeleted(key, commit)),
    park: (key, failure) => write('park', key, () => table.park(key, failure)),
    forgetHash: (key) => write('forget-hash', key, () => table.forgetHash(key)),
    noteMissing: (key, missing) => write('note-missing', key, () => table.noteMissing(key, missing)),
    noteWaiting: (key, waiting) => write('note-waiting', key, () => table.noteWaiting(key, waiting)),
    setSkipped: (key, isSkipped) => write('set-skipped', key, () => table.setSkipped(key, isSkipped)),
    link: (key, ref) => write('link', key, () => table.link(key, ref)),
    reserveRef: (key, ref) => write('reserve-ref', key, () => table.reserveRef(key, ref)),
  };
}
