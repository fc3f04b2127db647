import type { StageRecord } from './stage-config.ts';

/** What the local stage has to know of systems that are no twins; comes in as the CDK context `realSystems`. */
export interface RealSystems {
  /** Of a real commercetools project. */
  readonly projectKey?: string;
  /** In a real Fluent account. */
  readonly retailerId?: string;
}

/**
 * The local stage for real systems: their keys, and the protocol's own times, because those of the local stage fit systems on
 * the same machine only.
 */
export function forRealSystems(
  stages: Readonly<Record<string, StageRecord>>,
  { projectKey, retailerId }: RealSystems,
): Readonly<Record<string, StageRecord>> {
  const { local } = stages;
  if (!local || (projectKey === undefined && retailerId === undefined)) return stages;
  const { customer } = local.handlers;
  const { overlapSeconds: _, ...runs } = local.runs ?? {};
  return {
    ...stages,
    local: {
      ...local,
      commercetools: { ...local.commercetools, ...(projectKey !== undefined && { projectKey }) },
      handlers: {
        customer: {
          ...customer,
          settings: { ...customer.settings, ...(retailerId !== undefined && { retailerId }) },
        },
      },
      delivery: {},
      functions: {},
      runs,
    },
  };
}
