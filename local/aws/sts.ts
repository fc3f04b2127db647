import { arnsOf } from './arns.ts';
import { unknownOperation } from './fields.ts';
import type { Service } from './parts.ts';

/** The `sts` service: who calls, nothing else. */
export function createSts(place: { region: string; accountId: string }): Service {
  const arns = arnsOf(place.region, place.accountId);
  return {
    handle: async ({ operation, caller }) => {
      if (operation !== 'GetCallerIdentity') throw unknownOperation('sts', operation);
      const name = caller.kind === 'role' ? caller.role : 'host';
      return { Account: place.accountId, UserId: name, Arn: arns.role(name) };
    },
  };
}
