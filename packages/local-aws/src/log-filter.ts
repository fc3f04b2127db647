import { AwsError } from './contract.ts';

/** Says whether a log line matches. */
export type LogFilter = (message: string) => boolean;

/**
 * Reads a filter pattern of CloudWatch Logs: an empty one, words and "phrases" that must all occur, or `{
 * $.field = "value" && $.other.field != 3 }` for JSON lines. Throws InvalidParameterException for other
 * patterns.
 */
export function readLogFilter(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  return text.startsWith('{') ? jsonFilter(text) : textFilter(text);
}

function textFilter(text: string): LogFilter {
  if (/^[?%[-]|\s[?%-]/.test(text)) throw unsupported(text);
  const terms = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? '');
  return (message) => terms.every((term) => message.includes(term));
}

const comparison = /^\(?\s*\$\.([\w.]+)\s*(=|!=)\s*("[^"*]*"|-?\d+(?:\.\d+)?|true|false)\s*\)?$/;

function jsonFilter(text: string): LogFilter {
  const inside = /^\{(.*)\}$/s.exec(text)?.[1] ?? '';
  const tests = inside.split('&&').map((part): ((line: unknown) => boolean) => {
    const [, path = '', operator, literal = ''] = comparison.exec(part.trim()) ?? [];
    if (!operator) throw unsupported(text);
    const wanted: unknown = JSON.parse(literal);
    return (line) => (valueAt(line, path.split('.')) === wanted) === (operator === '=');
  });
  return (message) => {
    const line = parsed(message);
    return line !== undefined && tests.every((test) => test(line));
  };
}

function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return valueAt((value as Record<string, unknown>)[name], rest);
}

function parsed(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function unsupported(pattern: string): AwsError {
  return new AwsError(
    'InvalidParameterException',
    `Filter pattern is not supported: ${pattern}; see packages/local-aws/src`,
  );
}
