import { ConnectorError } from '../../../core/base/errors.ts';
import type { Services } from '../resource-definition.ts';
import type { ResourcePorts } from '../resource-ports.ts';
import type { OmsAccess } from './handler-switches.ts';

/** The same services; every call to the OMS also reports its success or failure to the breaker. */
export function watchedOms({ services, switches }: Pick<ResourcePorts, 'services' | 'switches'>): Services {
  async function watch<T>(access: OmsAccess, call: Promise<T>): Promise<T> {
    try {
      const answer = await call;
      switches.omsAnswered(access);
      return answer;
    } catch (error) {
      if (error instanceof ConnectorError) await switches.omsFailed(access, error);
      throw error;
    }
  }
  const { fluent } = services;
  return {
    ...services,
    fluent: {
      findByUsername: (username) => watch('read', fluent.findByUsername(username)),
      findByEmail: (email) => watch('read', fluent.findByEmail(email)),
      list: (query) => watch('read', fluent.list(query)),
      ping: () => watch('read', fluent.ping()),
      create: (input) => watch('write', fluent.create(input)),
      update: (input) => watch('write', fluent.update(input)),
    },
  };
}
