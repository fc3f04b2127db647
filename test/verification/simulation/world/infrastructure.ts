import type { LateMisses } from '../models/commercetools.ts';

/** What a planted bug breaks in the infrastructure instead of in the code. The defaults are correct. */
export interface Infrastructure {
  readonly visibilitySeconds: number;
  readonly locks: boolean;
  readonly maxReceiveCount: number;
  readonly dropsAtLastReceive: boolean;
  readonly runsHaveOwnQueue: boolean;
  readonly lateBeyondDelta: boolean;
  /** How long an old customer may be missed: for one short episode, or longer than the protocol promises. */
  readonly lateMisses: LateMisses;
}

export const soundInfrastructure: Infrastructure = {
  visibilitySeconds: 210,
  locks: true,
  maxReceiveCount: 1_000,
  dropsAtLastReceive: false,
  runsHaveOwnQueue: false,
  lateBeyondDelta: false,
  lateMisses: 'one-episode',
};
