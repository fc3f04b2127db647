import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import type { IntakeSwitches } from '../../lambdas/core/operations/ports/intake-switches.ts';

export interface MemoryIntakeSwitches extends IntakeSwitches {
  /** Sets the switches as a deployment does, at full concurrency. */
  deploy(state: { consuming: boolean; intake: boolean }): void;
  isAtLeastConcurrency(handlerId: string): boolean;
  replays(): readonly { name: string; from: number; to: number }[];
}

/** The switches in memory. All are on, as after a first deployment. */
export function createMemoryIntakeSwitches(handlerIds: readonly string[]): MemoryIntakeSwitches {
  const mappings = new Map(handlerIds.map((id) => [id, { consuming: true, isLeast: false }]));
  const replays = new Map<string, { name: string; from: number; to: number }>();
  let isIntakeEnabled = true;

  const mappingOf = (handlerId: string) => {
    const mapping = mappings.get(handlerId);
    if (mapping) return mapping;
    throw new ConnectorError(
      { failureClass: 'permanent', code: 'HANDLER_UNKNOWN' },
      `There is no handler "${handlerId}".`,
    );
  };

  return {
    isConsuming: async (handlerId) => mappingOf(handlerId).consuming,
    setConsuming: async (handlerId, consuming, leastConcurrency = false) => {
      const mapping = mappingOf(handlerId);
      mapping.consuming = consuming;
      if (consuming) mapping.isLeast = leastConcurrency;
    },
    isIntakeEnabled: async () => isIntakeEnabled,
    setIntake: async (isEnabled) => {
      isIntakeEnabled = isEnabled;
    },
    replay: async (name, from, to) => {
      if (!replays.has(name)) replays.set(name, { name, from, to });
      return name;
    },
    deploy: ({ consuming, intake }) => {
      for (const mapping of mappings.values()) Object.assign(mapping, { consuming, isLeast: false });
      isIntakeEnabled = intake;
    },
    isAtLeastConcurrency: (handlerId) => mappingOf(handlerId).isLeast,
    replays: () => [...replays.values()],
  };
}
