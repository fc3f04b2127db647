import type { Random } from './random.ts';

/**
 * Which faults a twin applies. `next` is used up first, in order, one fault per request: for tests. `rates` then apply
 * to every request: for simulations.
 */
export interface FaultPlan<Name extends string> {
  /** Share of requests that get the fault, 0 to 1 each; at most 1 in total. */
  rates: Partial<Record<Name, number>>;
  next: Name[];
}

/** The fault for this request; undefined for none. Only faults in `applicable` are possible. */
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
