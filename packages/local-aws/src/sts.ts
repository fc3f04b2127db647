import { arnsOf } from './arns.ts';
import type { Service } from './contract.ts';
import { serviceOf } from './operations.ts';

/** The `sts` service, with GetCallerIdentity only. */
export function createSts(place: { region: string; accountId: string }): Service {
  const arns = arnsOf(place.region, place.accountId);
  return serviceOf('sts', {
    GetCallerIdentity: (_, { caller }) => {
      const name = caller.kind === 'role' ? caller.role : 'host';
      return { Account: place.accountId, UserId: name, Arn: arns.role(name) };
    },
  });
}
