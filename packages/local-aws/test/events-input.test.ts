import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { targetInput } from '../src/events/target-input.ts';
import { region } from './clients.ts';

describe('the input of a target', () => {
  const event = {
    version: '0',
    id: 'e-1',
    'detail-type': 'order',
    source: 'shop',
    account: '0',
    time: '2026-01-01T00:00:00Z',
    region,
    resources: ['r-0'],
    detail: { id: 'c-1', n: 1, name: 'a "b"', list: [{ x: 1 }], object: { y: 2 } },
  };
  const transformed = (InputTemplate: string, InputPathsMap: JsonObject = {}) =>
    targetInput({ InputTransformer: { InputTemplate, InputPathsMap } })(event, {
      name: 'rule',
      arn: 'rule-arn',
    });

  test.each<[string, JsonObject, string]>([
    ['the raw event', {}, JSON.stringify(event)],
    ['a constant', { Input: '{"a":1}' }, '{"a":1}'],
    ['a part', { InputPath: '$.detail.object' }, '{"y":2}'],
    ['an element', { InputPath: '$.detail.list[0].x' }, '1'],
    ['a part by quoted name', { InputPath: "$['detail-type']" }, '"order"'],
  ])('is %s', (_, target, expected) => {
    expect(targetInput(target)(event, { name: 'rule', arn: 'rule-arn' })).toBe(expected);
  });

  test.each<[string, string, JsonObject, string]>([
    ['strings quoted', '{"id": <id>}', { id: '$.detail.id' }, '{"id": "c-1"}'],
    ['strings in quotes once', '{"id": "<id>-x"}', { id: '$.detail.id' }, '{"id": "c-1-x"}'],
    [
      'quotes in strings escaped',
      '{"a": <name>, "b": "<name>"}',
      { name: '$.detail.name' },
      '{"a": "a \\"b\\"", "b": "a \\"b\\""}',
    ],
    [
      'objects and numbers as JSON',
      '{"o": <o>, "n": <n>}',
      { o: '$.detail.object', n: '$.detail.n' },
      '{"o": {"y":2}, "n": 1}',
    ],
    ['nothing for a missing path', '"id: <id>"', { id: '$.detail.none' }, '"id: "'],
    ['the rule', '[<aws.events.rule-name>, <aws.events.rule-arn>]', {}, '["rule", "rule-arn"]'],
    ['the whole event', '<aws.events.event.json>', {}, JSON.stringify(event)],
  ])('inserts by template: %s', (_, template, paths, expected) => {
    expect(transformed(template, paths)).toBe(expected);
  });

  test('has no detail in aws.events.event', () => {
    expect(JSON.parse(transformed('<aws.events.event>'))).not.toHaveProperty('detail');
  });

  test.each<[string, JsonObject]>([
    ['two kinds of input', { Input: '1', InputPath: '$' }],
    ['an invalid path', { InputPath: 'detail' }],
    ['a template that is too long', { InputTransformer: { InputTemplate: 'x'.repeat(8193) } }],
    ['a variable of AWS', { InputTransformer: { InputTemplate: '1', InputPathsMap: { awsId: '$.id' } } }],
    ['an unknown variable', { InputTransformer: { InputTemplate: '<id>', InputPathsMap: {} } }],
  ])('is refused with %s', (_, target) => {
    expect(() => targetInput(target)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });
});
