import type { StageRecord } from './stage-config.ts';

/** The keys of real systems that replace twins in the local stage; passed as the CDK context `realSystems`. */
export interface RealSystems {
  readonly projectKey?: string;
  readonly retailerId?: string;
}

/** The local stage for real systems: their keys, and the default times, because the local times fit systems on one machine only. */
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
