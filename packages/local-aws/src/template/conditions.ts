import type { Json } from '../parts.ts';
import { isObject, resolve, type Scope } from './intrinsics.ts';
import { TemplateError } from './template-error.ts';

export const conditionFunctions = ['Fn::Equals', 'Fn::And', 'Fn::Or', 'Fn::Not'];

/** A member of the `Conditions` block: Equals, And, Or, Not, or the name of another condition. */
export function evaluateCondition(condition: Json, scope: Scope, path: string): boolean {
  const [name, argument] = isObject(condition) ? (Object.entries(condition)[0] ?? []) : [];
  if (name === 'Condition' && typeof argument === 'string') return scope.condition(argument, path);
  const operands = Array.isArray(argument) ? argument : [];
  const holds = (operand: Json): boolean => evaluateCondition(operand, scope, path);
  switch (name) {
    case 'Fn::Equals': {
      const [left, right] = operands.map((operand) => JSON.stringify(resolve(operand, scope, path)));
      return left === right;
    }
    case 'Fn::And':
      return operands.every(holds);
    case 'Fn::Or':
      return operands.some(holds);
    case 'Fn::Not':
      return !operands.every(holds);
    default:
      throw new TemplateError({ path }, `condition not understood: ${JSON.stringify(condition)}`);
  }
}
