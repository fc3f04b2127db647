import type { Json } from '../contract.ts';
import { invalidPattern } from './invalid-pattern.ts';

const comparisons = new Map<string, (value: number, bound: number) => boolean>(
  Object.entries({
    '=': (value, bound) => value === bound,
    '<': (value, bound) => value < bound,
    '<=': (value, bound) => value <= bound,
    '>': (value, bound) => value > bound,
    '>=': (value, bound) => value >= bound,
  }),
);

/** `["=", 5]`, `["<", 5]`, or a range with the lower bound first: `[">", 0, "<=", 5]`. Bounds within 5e9. */
export function numeric(operand: Json): (value: Json) => boolean {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw invalidPattern('numeric needs one or two pairs of operator and number');
  }
  const [operator, bound, second, upper] = operand;
  const tests = [comparison(operator, bound)];
  if (operand.length === 4) {
    const isRange = String(operator).startsWith('>') && String(second).startsWith('<');
    if (!isRange) throw invalidPattern('a numeric range begins with its lower bound');
    tests.push(comparison(second, upper));
    if (Number(bound) >= Number(upper)) throw invalidPattern('bottom must be less than top');
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function comparison(operator: Json | undefined, bound: Json | undefined): (value: number) => boolean {
  const compare = typeof operator === 'string' ? comparisons.get(operator) : undefined;
  if (!compare) throw invalidPattern(`unrecognized numeric range operator ${JSON.stringify(operator)}`);
  if (typeof bound !== 'number' || Math.abs(bound) > 5e9) {
    throw invalidPattern('numeric bounds are numbers within -5000000000 and 5000000000');
  }
  return (value) => compare(value, bound);
}
