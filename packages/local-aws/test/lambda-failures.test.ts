import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestAccount, type TestAccount, until } from './test-account.ts';

describe('a failing function', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());

  test.each([
    [
      'an import of a missing file',
      `import './absent.mjs'; export const handler = 1;`,
      'Runtime.ImportModuleError',
    ],
    ['a syntax error', 'export const handler = (;', 'Runtime.UserCodeSyntaxError'],
    ['no handler', 'export const other = () => 1;', 'Runtime.HandlerNotFound'],
    [
      'a callback',
      'export const handler = (event, context, callback) => callback();',
      'Runtime.CallbackHandlerDeprecated',
    ],
    ['an error at import', `throw new RangeError('at start');`, 'RangeError'],
  ])('fails its invocation for %s, and starts again for the next one', async (cause, source, errorType) => {
    const name = `init-${cause.replaceAll(' ', '-')}`;
    await account.fn(name, source);
    for (const _ of ['first', 'second'])
      expect(await account.invoke(name, {})).toMatchObject({ error: 'Unhandled', result: { errorType } });
    const report = account.lambda.functions().find(({ functionName }) => functionName === name);
    expect(report).toMatchObject({ coldStarts: 2, environments: 0 });
  });

  test('names its missing file', async () => {
    await account.fn('fileless', '', { file: 'other.mjs' });
    expect((await account.invoke('fileless', {})).result).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: "Error: Cannot find module 'index'",
    });
  });

  test.each([
    ['a promise that never ends', 'await new Promise((resolve) => setTimeout(resolve, 60_000));'],
    ['an endless loop', 'for (;;) {}'],
  ])('is killed at its timeout: %s', async (what, body) => {
    const name = `timeout-${what.split(' ').at(-1)}`;
    await account.fn(name, `export const handler = async () => { ${body} };`, { Timeout: 0.3 });
    const { error, result } = await account.invoke(name, {});
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
  ])(
    'fails with Runtime.ExitError on %s, and starts again for the next invocation',
    async (cause, body, message) => {
      const name = `exit-${cause.replaceAll(/[ .]/g, '-')}`;
      await account.fn(
        name,
        `export const handler = async ({ die }) => { if (die) { ${body} } return 'alive'; };`,
        {
          Timeout: 60,
        },
      );
      expect(await account.invoke(name, { die: true })).toEqual({
        error: 'Unhandled',
        result: { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(message) },
      });
      expect((await account.invoke(name, {})).result).toBe('alive');
    },
  );

  test('fails with Runtime.OutOfMemory at its memory size', async () => {
    await account.fn(
      'greedy',
      'export const handler = () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); };',
      {
        MemorySize: 128,
        Timeout: 60,
      },
    );
    expect((await account.invoke('greedy', {})).result).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
  });

  test('refuses events and results that are too large', async () => {
    await account.fn('large', `export const handler = ({ size }) => 'x'.repeat(size);`);
    await expect(account.invoke('large', 'x'.repeat(6 * 1024 * 1024))).rejects.toMatchObject({
      code: 'RequestTooLargeException',
      status: 413,
    });
    await expect(
      account.aws('lambda', 'Invoke', {
        FunctionName: 'large',
        InvocationType: 'Event',
        Payload: JSON.stringify('x'.repeat(1024 * 1024)),
      }),
    ).rejects.toMatchObject({ code: 'RequestTooLargeException' });
    expect((await account.invoke('large', { size: 6 * 1024 * 1024 })).result).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
    });
    expect((await account.invoke('large', { size: 3 })).result).toBe('xxx');
  });

  test('fails its running invocation when its workers are killed', async () => {
    await account.fn(
      'victim',
      `export const handler = async ({ wait }) => { if (wait) { console.log('waits'); await new Promise((r) => setTimeout(r, 60000)); } return 'new'; };`,
      { Timeout: 60 },
    );
    const lost = account.invoke('victim', { wait: true });
    await until(() => account.lambda.logs('victim').length > 0);
    expect(await account.lambda.killWorkers('victim')).toBe(1);
    expect((await lost).result).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect((await account.invoke('victim', {})).result).toBe('new');
  });
});

test('an import that never ends fails the invocation after the init timeout', async () => {
  const account = await startTestAccount({ initTimeoutSeconds: 0.5 });
  await account.fn('endless', 'await new Promise((resolve) => setTimeout(resolve, 60_000));');
  expect((await account.invoke('endless', {})).result).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(/timed out after 0\.50 seconds$/),
  });
  expect(account.lambda.functions()).toMatchObject([{ environments: 0 }]);
  await account.stop();
});
