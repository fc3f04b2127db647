import type { Random } from './random.ts';

/**
 * Which faults a twin shows, and when. `next` is used up first, in order and once each: tests say exactly what
 * happens. `rates` then apply to every request: simulations say how often.
 */
export interface FaultPlan<Name extends string> {
  /** Share of requests that meet the fault, 0..1 each; together at most 1. */
  rates: Partial<Record<Name, number>>;
  next: Name[];
}

/** The fault that this request meets; undefined for none. `applicable` are the faults that make sense for it. */
export function drawFault<Name extends string, Applicable extends Name>(
  plan: FaultPlan<Name>,
  applicable: readonly Applicable[],
  random: Random,
): Applicable | undefined {
  const first = applicable.find((name) => name === plan.next[0]);
  if (first !== undefined) {
    plan.next.shift();
    return first;
  }

  const drawn = random.next();
  let threshold = 0;
  for (const name of applicable) {
    threshold += plan.rates[name] ?? 0;
    if (drawn < threshold) return name;
  }
  return undefined;
}
