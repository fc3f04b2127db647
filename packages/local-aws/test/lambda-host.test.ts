import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LambdaWorld, startLambdaWorld, until } from './lambda-world.ts';

describe('a function on its host', () => {
  let world: LambdaWorld;
  beforeAll(async () => {
    world = await startLambdaWorld();
  });
  afterAll(() => world.stop());

  test('gets the event and the context, and its answer comes back as JSON', async () => {
    await world.fn(
      'echo',
      `export const handler = async (event, context) => ({
        event, name: context.functionName, arn: context.invokedFunctionArn, id: typeof context.awsRequestId,
        remaining: context.getRemainingTimeInMillis() > 0 });`,
    );
    expect(await world.invoke('echo', { a: [1, 'ü'] })).toEqual({
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
      world.fn(name, 'export const handler = () => null;', {
        Environment: { Variables: { A: 'x'.repeat(length) } },
      });
    await expect(create('wide', 4_095)).resolves.toContain(':function:wide');
    await expect(create('too-wide', 4_096)).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringContaining('exceeded the 4KB limit'),
    });
  });

  test('sees an environment built from nothing', async () => {
    process.env['AWS_PROFILE'] = 'production';
    try {
      await world.fn('environment', 'export const handler = () => process.env;', {
        Environment: { Variables: { MINE: 'yes' } },
      });
      const { result } = await world.invoke('environment', {});
      expect(result).toMatchObject({
        MINE: 'yes',
        _HANDLER: 'index.handler',
        AWS_REGION: 'eu-central-1',
        AWS_ENDPOINT_URL: world.gateway.url,
        AWS_ACCESS_KEY_ID: world.gateway.accessKeyFor('environment-role'),
        AWS_LAMBDA_FUNCTION_NAME: 'environment',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      });
      expect(Object.keys(result as object)).not.toContain('AWS_PROFILE');
      expect(Object.keys(result as object)).not.toContain('HOME');
    } finally {
      delete process.env['AWS_PROFILE'];
    }
  });

  test('may be CommonJS, and an answer of nothing is null', async () => {
    await world.fn('common', 'exports.handler = async () => {};', { file: 'index.cjs' });
    expect(await world.invoke('common', {})).toEqual({ error: undefined, result: null });
  });

  test('keeps its environment from one invocation to the next, also after it threw', async () => {
    await world.fn(
      'counter',
      `let calls = 0;
       export const handler = async ({ fail }) => { calls += 1; if (fail) throw new TypeError('no'); return calls; };`,
    );
    expect((await world.invoke('counter', {})).result).toBe(1);
    expect(await world.invoke('counter', { fail: true })).toEqual({
      error: 'Unhandled',
      result: { errorType: 'TypeError', errorMessage: 'no', trace: expect.any(Array) },
    });
    expect((await world.invoke('counter', {})).result).toBe(3);
    const report = world.lambda.functions().find(({ functionName }) => functionName === 'counter');
    expect(report).toMatchObject({ coldStarts: 1, environments: 1 });
  });

  test.each([
    ['an import of nothing', `import './absent.mjs'; export const handler = 1;`, 'Runtime.ImportModuleError'],
    ['a syntax error', 'export const handler = (;', 'Runtime.UserCodeSyntaxError'],
    ['no handler', 'export const other = () => 1;', 'Runtime.HandlerNotFound'],
    [
      'a callback',
      'export const handler = (event, context, callback) => callback();',
      'Runtime.CallbackHandlerDeprecated',
    ],
    ['an error at import', `throw new RangeError('at start');`, 'RangeError'],
  ])('fails its invocation for %s, and starts anew for the next', async (cause, source, errorType) => {
    const name = `init-${cause.replaceAll(' ', '-')}`;
    await world.fn(name, source);
    for (const _ of ['first', 'second'])
      expect(await world.invoke(name, {})).toMatchObject({ error: 'Unhandled', result: { errorType } });
    const report = world.lambda.functions().find(({ functionName }) => functionName === name);
    expect(report).toMatchObject({ coldStarts: 2, environments: 0 });
  });

  test('with a missing file names it', async () => {
    await world.fn('fileless', '', { file: 'other.mjs' });
    expect((await world.invoke('fileless', {})).result).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: "Error: Cannot find module 'index'",
    });
  });

  test.each([
    ['a promise that never ends', 'await new Promise((resolve) => setTimeout(resolve, 60_000));'],
    ['an endless loop', 'for (;;) {}'],
  ])('is killed at its timeout: %s', async (what, body) => {
    const name = `timeout-${what.split(' ').at(-1)}`;
    await world.fn(name, `export const handler = async () => { ${body} };`, { Timeout: 0.3 });
    const { error, result } = await world.invoke(name, {});
    expect(error).toBe('Unhandled');
    expect(result).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 0\.30 seconds$/),
    });
  });

  test.each([
    ['process.exit', 'process.exit(3);', /exit status 3/],
    [
      'an uncaught error',
      `setTimeout(() => { throw new Error('late'); }); await new Promise((r) => setTimeout(r, 9e4));`,
      /exit status 1/,
    ],
    [
      'an unhandled rejection',
      `Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 9e4));`,
      /exit status 1/,
    ],
  ])('ends with Runtime.ExitError on %s, and lives again', async (cause, body, message) => {
    const name = `exit-${cause.replaceAll(/[ .]/g, '-')}`;
    await world.fn(
      name,
      `export const handler = async ({ die }) => { if (die) { ${body} } return 'alive'; };`,
      {
        Timeout: 60,
      },
    );
    expect(await world.invoke(name, { die: true })).toEqual({
      error: 'Unhandled',
      result: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(message) },
    });
    expect((await world.invoke(name, {})).result).toBe('alive');
  });

  test('ends with Runtime.OutOfMemory at its memory size', async () => {
    await world.fn(
      'greedy',
      'export const handler = () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); };',
      {
        MemorySize: 128,
        Timeout: 60,
      },
    );
    expect((await world.invoke('greedy', {})).result).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
  });

  test('refuses events and answers that are too large', async () => {
    await world.fn('large', `export const handler = ({ size }) => 'x'.repeat(size);`);
    await expect(world.invoke('large', 'x'.repeat(6 * 1024 * 1024))).rejects.toMatchObject({
      code: 'RequestTooLargeException',
      status: 413,
    });
    await expect(
      world.aws('lambda', 'Invoke', {
        FunctionName: 'large',
        InvocationType: 'Event',
        Payload: JSON.stringify('x'.repeat(1024 * 1024)),
      }),
    ).rejects.toMatchObject({ code: 'RequestTooLargeException' });
    expect((await world.invoke('large', { size: 6 * 1024 * 1024 })).result).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
    expect((await world.invoke('large', { size: 3 })).result).toBe('xxx');
  });

  test('sends metric lines to the store and every other line to memory and file', async () => {
    const metric = {
      _aws: {
        Timestamp: 1,
        CloudWatchMetrics: [{ Namespace: 'N', Dimensions: [['stage']], Metrics: [{ Name: 'Done' }] }],
      },
      stage: 'local',
      Done: [2, 3],
    };
    await world.fn(
      'talker',
      `export const handler = () => { console.log(${JSON.stringify(JSON.stringify(metric))});
         console.log(JSON.stringify({ level: 'INFO' })); console.error('plain'); process.exit(1); };`,
    );
    await world.invoke('talker', {});
    expect(world.metrics.filter(({ namespace }) => namespace === 'N')).toMatchObject([
      { name: 'Done', dimensions: { stage: 'local' }, value: 2 },
      { name: 'Done', dimensions: { stage: 'local' }, value: 3 },
    ]);
    expect(world.lambda.logs('talker').map(({ text }) => text)).toEqual(['{"level":"INFO"}', 'plain']);
    const file = join(world.folder, 'logs/talker.log');
    await until(async () => (await readFile(file, 'utf8').catch(() => '')).length > 0);
    expect(await readFile(file, 'utf8')).toBe('{"level":"INFO"}\nplain\n');
  });

  test('has its lines taken over when its answer is there', async () => {
    await world.fn(
      'prompt',
      `export const handler = () => { for (let n = 0; n < 50; n += 1) console.log(n); };`,
    );
    for (let invocations = 1; invocations <= 20; invocations += 1) {
      await world.invoke('prompt', {});
      expect(world.lambda.logs('prompt')).toHaveLength(50 * invocations);
    }
  });

  test('is counted in AWS/Lambda', async () => {
    await world.fn('counted', `export const handler = ({ fail }) => { if (fail) throw new Error(); };`);
    await world.invoke('counted', {});
    await world.invoke('counted', { fail: true });
    expect(world.count('Invocations', 'counted')).toBe(2);
    expect(world.count('Errors', 'counted')).toBe(1);
    expect(world.count('Duration', 'counted')).toBeGreaterThan(0);
  });

  test('loses its running invocation when its workers are killed', async () => {
    await world.fn(
      'victim',
      `export const handler = async ({ wait }) => { if (wait) { console.log('waits'); await new Promise((r) => setTimeout(r, 60000)); } return 'new'; };`,
      { Timeout: 60 },
    );
    const lost = world.invoke('victim', { wait: true });
    await until(() => world.lambda.logs('victim').length > 0);
    expect(await world.lambda.killWorkers('victim')).toBe(1);
    expect((await lost).result).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect((await world.invoke('victim', {})).result).toBe('new');
  });

  test('unknown, is ResourceNotFoundException', async () => {
    await expect(world.invoke('nobody', {})).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
  });
});

test('an import without end fails its invocation after the time for it', async () => {
  const world = await startLambdaWorld({ initTimeoutSeconds: 0.5 });
  await world.fn('endless', 'await new Promise((resolve) => setTimeout(resolve, 60_000));');
  expect((await world.invoke('endless', {})).result).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(/timed out after 0\.50 seconds$/),
  });
  expect(world.lambda.functions()).toMatchObject([{ environments: 0 }]);
  await world.stop();
});
