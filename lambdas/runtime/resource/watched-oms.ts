import { ConnectorError } from '../../core/base/errors.ts';
import type { FluentWriter } from '../../core/delivery/ports/fluent-writer.ts';
import type { OmsAccess, SwitchBoard } from './handler-switches.ts';

/** The same writer, with the breaker looking on. */
export function watchedOms(fluent: FluentWriter, board: SwitchBoard): FluentWriter {
  async function watch<T>(access: OmsAccess, call: Promise<T>): Promise<T> {
    try {
      const answer = await call;
      board.omsAnswered(access);
      return answer;
    } catch (error) {
      if (error instanceof ConnectorError) await board.omsFailed(access, error);
      throw error;
    }
  }
  return {
    findByUsername: (username) => watch('read', fluent.findByUsername(username)),
    findByEmail: (email) => watch('read', fluent.findByEmail(email)),
    list: (query) => watch('read', fluent.list(query)),
    ping: () => watch('read', fluent.ping()),
    create: (input) => watch('write', fluent.create(input)),
    update: (input) => watch('write', fluent.update(input)),
  };
}
