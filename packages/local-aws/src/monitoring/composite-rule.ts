import { AwsError } from '../contract.ts';
import type { AlarmState } from './alarm.ts';

/** Says whether a composite alarm is in ALARM, from the states of the alarms that it names. */
export type CompositeRule = (stateOf: (alarmName: string) => AlarmState | undefined) => boolean;

const states: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];

/** Reads `ALARM("a") OR (OK(b) AND NOT ALARM(c))`; throws ValidationException. */
export function readCompositeRule(rule: string): CompositeRule {
  const tokens = rule.match(/"[^"]*"|[()]|[^\s()"]+/g) ?? [];
  const refuse = (): never => {
    throw new AwsError('ValidationException', `Unsupported AlarmRule: ${rule}`);
  };
  const expect = (token: string): void => {
    if (tokens.shift() !== token) refuse();
  };

  function either(): CompositeRule {
    const parts = [both()];
    while (tokens[0] === 'OR') {
      tokens.shift();
      parts.push(both());
    }
    return (stateOf) => parts.some((part) => part(stateOf));
  }

  function both(): CompositeRule {
    const parts = [single()];
    while (tokens[0] === 'AND') {
      tokens.shift();
      parts.push(single());
    }
    return (stateOf) => parts.every((part) => part(stateOf));
  }

  function single(): CompositeRule {
    const token = tokens.shift() ?? refuse();
    if (token === 'NOT') {
      const inner = single();
      return (stateOf) => !inner(stateOf);
    }
    if (token === 'TRUE' || token === 'FALSE') return () => token === 'TRUE';
    if (token === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    if (!states.includes(token)) refuse();
    expect('(');
    const name = alarmName(tokens.shift() ?? refuse());
    expect(')');
    return (stateOf) => stateOf(name) === token;
  }

  const read = either();
  return tokens.length === 0 ? read : refuse();
}

/** A name or an ARN, quoted or not. */
function alarmName(token: string): string {
  return token.replace(/^"|"$/g, '').replace(/^arn:[^/]*:alarm:/, '');
}
