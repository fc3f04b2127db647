import { AwsError } from '../contract.ts';

/** Undefined when there is no data point. */
export type MathValue = number | undefined;

/** Computes an expression from the values of metrics by their id. */
export type MetricMath = (pointOf: (id: string) => MathValue) => MathValue;

const operators: readonly Readonly<Record<string, (left: number, right: number) => number>>[] = [
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  { '*': (left, right) => left * right, '/': (left, right) => left / right },
];

/**
 * Reads `+ - * /`, parentheses, numbers, ids and `FILL(id, number)`. Throws ValidationException for anything
 * else.
 */
export function readMetricMath(expression: string): MetricMath {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\s]/g) ?? [];
  const refuse = (): never => {
    throw new AwsError('ValidationException', `Unsupported metric math: ${expression}`);
  };
  const expect = (token: string): void => {
    if (tokens.shift() !== token) refuse();
  };

  function binary(level: number): MetricMath {
    const table = operators[level];
    if (!table) return operand();
    let left = binary(level + 1);
    for (let operate = table[tokens[0] ?? '']; operate; operate = table[tokens[0] ?? '']) {
      tokens.shift();
      left = combine(left, binary(level + 1), operate);
    }
    return left;
  }

  function operand(): MetricMath {
    const token = tokens.shift() ?? refuse();
    if (token === '(') {
      const inner = binary(0);
      expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (token === 'FILL') return fill();
    return /^[a-z]\w*$/.test(token) ? (pointOf) => pointOf(token) : refuse();
  }

  function fill(): MetricMath {
    expect('(');
    const value = binary(0);
    expect(',');
    const instead = Number(tokens.shift());
    expect(')');
    return (pointOf) => value(pointOf) ?? instead;
  }

  const math = binary(0);
  return tokens.length === 0 ? math : refuse();
}

/** No data point when an operand is missing or the divisor is zero. */
function combine(left: MetricMath, right: MetricMath, operate: (a: number, b: number) => number): MetricMath {
  return (pointOf) => {
    const [a, b] = [left(pointOf), right(pointOf)];
    if (a === undefined || b === undefined) return undefined;
    const value = operate(a, b);
    return Number.isFinite(value) ? value : undefined;
  };
}
