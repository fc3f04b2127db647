// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own notation.
import { describe, expect, test } from 'vitest';
import type { Json } from '../src/contract.ts';
import { resolve, type Scope } from '../src/template/intrinsics.ts';
import { creationOrder, namesIn } from '../src/template/order.ts';
import { createStackScope } from '../src/template/stack-scope.ts';

const scope: Scope = createStackScope({
  place: { stackName: 'S', stackId: 'arn:s', region: 'eu-central-1', accountId: '000000000000' },
  parameters: new Map([['Colour', 'red']]),
  deployed: new Map([
    [
      'Queue',
      { type: 'AWS::SQS::Queue', physicalId: 'http://q', attributes: { Arn: 'arn:q', 'Nested.Key': 'n' } },
    ],
  ]),
  template: {
    Parameters: {},
    Mappings: { Sizes: { small: { memory: 128 } } },
    Conditions: {
      Yes: { 'Fn::Equals': [{ Ref: 'Colour' }, 'red'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] },
    },
    Resources: {},
    Outputs: {},
  },
});

describe('an intrinsic function', () => {
  test.each<[string, Json, Json | undefined]>([
    ['a resource', { Ref: 'Queue' }, 'http://q'],
    ['a parameter', { Ref: 'Colour' }, 'red'],
    ['the account', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['the region', { Ref: 'AWS::Region' }, 'eu-central-1'],
    ['the partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['the suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['the stack', [{ Ref: 'AWS::StackName' }, { Ref: 'AWS::StackId' }], ['S', 'arn:s']],
    ['no value in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
    ['no value in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
    ['an attribute', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:q'],
    ['an attribute by text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:q'],
    ['a nested attribute', { 'Fn::GetAtt': ['Queue', 'Nested.Key'] }, 'n'],
    ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Colour' }, 3]] }, 'a-red-3'],
    ['a join of a split', { 'Fn::Join': ['+', { 'Fn::Split': [':', 'a:b'] }] }, 'a+b'],
    ['a selection', { 'Fn::Select': ['1', { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] }, 'q'],
    ['base64', { 'Fn::Base64': { Ref: 'Colour' } }, 'cmVk'],
    ['a mapping', { 'Fn::FindInMap': ['Sizes', 'small', 'memory'] }, 128],
    ['a substitution', { 'Fn::Sub': '${Queue}/${Queue.Arn}/${AWS::Region}' }, 'http://q/arn:q/eu-central-1'],
    ['a substitution with a map', { 'Fn::Sub': ['${A}-${Colour}', { A: { Ref: 'Queue' } }] }, 'http://q-red'],
    ['a literal in a substitution', { 'Fn::Sub': 'a ${!Queue} b' }, 'a ${Queue} b'],
    ['if', { 'Fn::If': ['Yes', 'then', { Ref: 'Absent' }] }, 'then'],
    ['else', { 'Fn::If': ['Both', { Ref: 'Absent' }, 'else'] }, 'else'],
    ['or', { 'Fn::If': ['Either', 1, 2] }, 1],
    ['if without value', { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } }, {}],
    ['an object with a key Ref and other keys', { Ref: 'x', other: 1 }, { Ref: 'x', other: 1 }],
  ])('resolves %s', (_, value, expected) => {
    expect(resolve(value, scope)).toEqual(expected);
  });

  test.each<[string, Json, RegExp]>([
    [
      'an unknown name',
      { A: { B: [{ Ref: 'Absent' }] } },
      /^A\.B\[0\]: Ref to Absent, which does not exist$/,
    ],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Queue', 'Colour'] },
      /Queue \(AWS::SQS::Queue\) has no attribute Colour/,
    ],
    ['an attribute of a missing resource', { 'Fn::GetAtt': ['Absent', 'Arn'] }, /GetAtt of Absent/],
    ['an import', { A: { 'Fn::ImportValue': 'x' } }, /^A: Fn::ImportValue is not supported/],
    ['a transform', { 'Fn::Transform': {} }, /Fn::Transform is not supported/],
    ['a loop', { 'Fn::ForEach::X': [] }, /Fn::ForEach::X is not supported/],
    ['a dynamic reference', 'x{{resolve:ssm:y}}', /dynamic references/],
    [
      'a missing mapping',
      { 'Fn::FindInMap': ['Sizes', 'large', 'memory'] },
      /no mapping Sizes\.large\.memory/,
    ],
    ['a missing condition', { 'Fn::If': ['Maybe', 1, 2] }, /no condition Maybe/],
    ['a selection out of range', { 'Fn::Select': [2, ['a']] }, /no element 2/],
    ['a join of objects', { 'Fn::Join': ['', [{ a: 1 }]] }, /must be a string/],
    ['a name in a substitution', { 'Fn::Sub': '${Absent}' }, /Ref to Absent/],
  ])('refuses %s', (_, value, message) => {
    expect(() => resolve(value, scope)).toThrow(message);
  });
});

describe('the order of creation', () => {
  const resource = (Properties: Record<string, Json> = {}, DependsOn: string[] = []) => ({
    Type: 'T',
    Properties,
    DependsOn,
  });

  test('follows Ref, GetAtt, Sub and DependsOn, and otherwise the template', () => {
    const order = creationOrder({
      A: resource({ x: { 'Fn::Sub': '${C.Arn}' } }),
      B: resource({}, ['D']),
      C: resource({ y: [{ 'Fn::GetAtt': ['E', 'Arn'] }, { Ref: 'AWS::Region' }] }),
      D: resource(),
      E: resource({ z: { Ref: 'Parameter' } }),
    });
    expect(order).toEqual(['E', 'C', 'A', 'D', 'B']);
  });

  test('names the resources of a circular dependency', () => {
    expect(() =>
      creationOrder({
        A: resource({ x: { Ref: 'B' } }),
        B: resource({}, ['C']),
        C: resource({ y: { Ref: 'A' } }),
      }),
    ).toThrow('circular dependency: A -> B -> C -> A');
  });

  test('refuses a dependency on a missing resource', () => {
    expect(() => creationOrder({ A: resource({}, ['Gone']) })).toThrow(/DependsOn names Gone/);
  });

  test('ignores the variables of a substitution', () => {
    expect(namesIn({ 'Fn::Sub': ['${A}${B.Arn}${!C}', { A: { Ref: 'D' } }] })).toEqual(['B', 'D']);
  });
});
