import { matchesGlob } from './glob.ts';

/** One condition of a policy statement, for example `StringEquals` on `aws:SourceAccount`. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Values of the condition keys for one call, by lower-case key. */
export type ConditionContext = Readonly<Record<string, string>>;

const operators: Record<string, (pattern: string, value: string) => boolean> = {
  StringEquals: (pattern, value) => pattern === value,
  StringLike: (pattern, value) => matchesGlob(pattern, value),
  // AWS treats both ARN operators alike, as globs.
  ArnEquals: (pattern, value) => matchesGlob(pattern, value),
  ArnLike: (pattern, value) => matchesGlob(pattern, value),
  Bool: (pattern, value) => pattern.toLowerCase() === value.toLowerCase(),
};

const keys = [
  'aws:securetransport',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:principalarn',
  'aws:principalaccount',
];

export function isKnownCondition(operator: string, key: string): boolean {
  return Object.hasOwn(operators, operator) && keys.includes(key.toLowerCase());
}

/**
 * All conditions must hold. One matching value is enough for a condition; a key that the call lacks fails.
 */
export function conditionsHold(conditions: readonly Condition[], context: ConditionContext): boolean {
  return conditions.every(({ operator, key, values }) => {
    const actual = context[key.toLowerCase()];
    const test = operators[operator];
    return actual !== undefined && test !== undefined && values.some((pattern) => test(pattern, actual));
  });
}
