import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hopsOf, lineageOf, mergeLineages, nextTraceHeader } from '../../local/aws/lambda/lineage.ts';
import { failedMessageIds } from '../../local/aws/lambda/partial-batch.ts';
import { host } from '../../local/aws/parts.ts';
import { type LambdaWorld, startLambdaWorld } from './lambda-world.ts';

const a = 'arn:aws:lambda:eu-central-1:000000000000:function:a';
const b = 'arn:aws:lambda:eu-central-1:000000000000:function:b';
const chain = (hops: number, arn: string) =>
  Array.from({ length: hops }).reduce<string>((header) => nextTraceHeader(lineageOf(header), arn), '');

describe('a lineage', () => {
  test('counts the hops of each function through trace headers', () => {
    const header = nextTraceHeader(lineageOf(chain(2, a)), b);
    expect(header).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=/);
    expect([hopsOf(lineageOf(header), a), hopsOf(lineageOf(header), b)]).toEqual([2, 1]);
  });

  test('of a batch is that of its deepest message', () => {
    const merged = mergeLineages([lineageOf(chain(2, a)), lineageOf(chain(5, a)), lineageOf(undefined)]);
    expect(hopsOf(merged, a)).toBe(5);
  });

  test('of a foreign header is empty', () => {
    expect(lineageOf('Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1').size).toBe(0);
  });
});

describe('the recursion guard', () => {
  let world: LambdaWorld;
  beforeAll(async () => {
    world = await startLambdaWorld();
    await world.fn('a', `export const handler = () => process.env._X_AMZN_TRACE_ID;`);
  });
  afterAll(() => world.stop());

  const invoke = (traceHeader: string) =>
    world.gateway.call({
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: 'a', InvocationType: 'RequestResponse' },
      caller: host,
      traceHeader,
    });

  test('lets the sixteenth invocation of a chain pass and stops the next', async () => {
    const { Payload } = await invoke(chain(15, a));
    expect(hopsOf(lineageOf(JSON.parse(String(Payload))), a)).toBe(16);
    await expect(invoke(JSON.parse(String(Payload)))).rejects.toMatchObject({
      code: 'RecursiveInvocationException',
    });
    expect(world.count('RecursiveInvocationsDropped', 'a')).toBe(1);
  });

  test('does not count other functions', async () => {
    expect(await invoke(chain(20, b))).toMatchObject({ StatusCode: 200 });
  });

  test('stands aside where RecursiveLoop is Allow', async () => {
    await world.aws('lambda', 'PutFunctionRecursionConfig', { FunctionName: 'a', RecursiveLoop: 'Allow' });
    expect(await invoke(chain(20, a))).toMatchObject({ StatusCode: 200 });
  });
});

describe('the answer to a batch', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['an empty text', '""', []],
    ['invalid JSON', '{"batchItemFailures":', ['1', '2']],
    ['a number', '7', ['1', '2']],
    ['one failure', '{"batchItemFailures":[{"itemIdentifier":"2"}]}', ['2']],
  ])('%s fails %j -> %j', (_, payload, failed) => {
    expect([...failedMessageIds(payload, ['1', '2'])]).toEqual(failed);
  });
});
