import type { Ticks } from '../../lambdas/core/runs/ports/ticks.ts';
import type { RunTick } from '../../lambdas/core/runs/run-tick.ts';

export interface MemoryTicks extends Ticks {
  readonly sent: (RunTick & { readonly delaySeconds: number })[];
}

export function createMemoryTicks(): MemoryTicks {
  const sent: MemoryTicks['sent'] = [];
  return {
    sent,
    async send(tick, delaySeconds) {
      sent.push({ ...tick, delaySeconds });
    },
  };
}
