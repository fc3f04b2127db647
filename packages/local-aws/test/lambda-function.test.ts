import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestAccount, type TestAccount, until } from './test-account.ts';

describe('a function', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());

  test('receives event and context, and returns its result as JSON', async () => {
    await account.fn(
      'echo',
      `export const handler = async (event, context) => ({
        event, name: context.functionName, arn: context.invokedFunctionArn, id: typeof context.awsRequestId,
        remaining: context.getRemainingTimeInMillis() > 0 });`,
    );
    expect(await account.invoke('echo', { a: [1, 'ü'] })).toEqual({
      error: undefined,
      result: {
        event: { a: [1, 'ü'] },
        name: 'echo',
        arn: 'arn:aws:lambda:eu-central-1:000000000000:function:echo',
        id: 'string',
        remaining: true,
      },
    });
  });

  test('is refused with more than 4,096 bytes of variables', async () => {
    const create = (name: string, length: number) =>
      account.fn(name, 'export const handler = () => null;', {
        Environment: { Variables: { A: 'x'.repeat(length) } },
      });
    await expect(create('wide', 4_095)).resolves.toContain(':function:wide');
    await expect(create('too-wide', 4_096)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('exceeded the 4KB limit'),
    });
  });

  test('sees no environment variable of the host process', async () => {
    process.env['AWS_PROFILE'] = 'production';
    try {
      await account.fn('environment', 'export const handler = () => process.env;', {
        Environment: { Variables: { MINE: 'yes' } },
      });
      const { result } = await account.invoke('environment', {});
      expect(result).toMatchObject({
        MINE: 'yes',
        _HANDLER: 'index.handler',
        AWS_REGION: 'eu-central-1',
        AWS_ENDPOINT_URL: account.gateway.url,
        AWS_ACCESS_KEY_ID: account.gateway.accessKeyFor('environment-role'),
        AWS_LAMBDA_FUNCTION_NAME: 'environment',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      });
      expect(Object.keys(result as object)).not.toContain('AWS_PROFILE');
      expect(Object.keys(result as object)).not.toContain('HOME');
    } finally {
      delete process.env['AWS_PROFILE'];
    }
  });

  test('may be CommonJS, and returns null for no result', async () => {
    await account.fn('common', 'exports.handler = async () => {};', { file: 'index.cjs' });
    expect(await account.invoke('common', {})).toEqual({ error: undefined, result: null });
  });

  test('keeps its execution environment for the next invocation, even after an error', async () => {
    await account.fn(
      'counter',
      `let calls = 0;
       export const handler = async ({ fail }) => { calls += 1; if (fail) throw new TypeError('no'); return calls; };`,
    );
    expect((await account.invoke('counter', {})).result).toBe(1);
    expect(await account.invoke('counter', { fail: true })).toEqual({
      error: 'Unhandled',
      result: { errorType: 'TypeError', errorMessage: 'no', trace: expect.any(Array) },
    });
    expect((await account.invoke('counter', {})).result).toBe(3);
    const report = account.lambda.functions().find(({ functionName }) => functionName === 'counter');
    expect(report).toMatchObject({ coldStarts: 1, environments: 1 });
  });

  test('writes metric lines to the metric store and other lines to memory and a file', async () => {
    const metric = {
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [['stage']], Metrics: [{ Name: 'Done' }] }],
      },
      stage: 'local',
      Done: [2, 3],
    };
    await account.fn(
      'talker',
      `export const handler = () => { console.log(${JSON.stringify(JSON.stringify(metric))});
         console.log(JSON.stringify({ level: 'INFO' })); console.error('plain'); process.exit(1); };`,
    );
    await account.invoke('talker', {});
    expect(account.metrics.filter(({ namespace }) => namespace === 'N')).toMatchObject([
      { name: 'Done', dimensions: { stage: 'local' }, value: 2 },
      { name: 'Done', dimensions: { stage: 'local' }, value: 3 },
    ]);
    expect(account.lambda.logs('talker').map(({ text }) => text)).toEqual(['{"level":"INFO"}', 'plain']);
    const file = join(account.folder, 'logs/talker.log');
    await until(async () => (await readFile(file, 'utf8').catch(() => '')).length > 0);
    expect(await readFile(file, 'utf8')).toBe('{"level":"INFO"}\nplain\n');
  });

  test('has all its log lines stored when the invocation returns', async () => {
    await account.fn(
      'prompt',
      `export const handler = () => { for (let n = 0; n < 50; n += 1) console.log(n); };`,
    );
    for (let invocations = 1; invocations <= 20; invocations += 1) {
      await account.invoke('prompt', {});
      expect(account.lambda.logs('prompt')).toHaveLength(50 * invocations);
    }
  });

  test('is counted in the namespace AWS/Lambda', async () => {
    await account.fn('counted', `export const handler = ({ fail }) => { if (fail) throw new Error(); };`);
    await account.invoke('counted', {});
    await account.invoke('counted', { fail: true });
    expect(account.count('Invocations', 'counted')).toBe(2);
    expect(account.count('Errors', 'counted')).toBe(1);
    expect(account.count('Duration', 'counted')).toBeGreaterThan(0);
  });

  test('that does not exist fails with ResourceNotFoundException', async () => {
    await expect(account.invoke('missing', {})).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });
});
