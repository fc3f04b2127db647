import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLambdaHandlerFunctions } from '../../lambdas/adapters/aws/lambda-handler-functions.ts';
import type { HandlerFunctions } from '../../lambdas/core/runs/ports/handler-functions.ts';
import { createMemoryHandlerFunctions } from '../fakes/memory-handler-functions.ts';

/** Answers Lambda's Invoke with whatever the test says. */
interface Answering {
  readonly seen: { path: string; payload: unknown }[];
  reply: { status?: number; headers?: Record<string, string>; body: string };
}

describe('handler functions', () => {
  const lambda: Answering = { seen: [], reply: { body: '' } };
  let server: Server;
  let client: LambdaClient;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      lambda.seen.push({ path: request.url ?? '', payload: JSON.parse(text) });
      response.writeHead(lambda.reply.status ?? 200, lambda.reply.headers).end(lambda.reply.body);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new LambdaClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials,
      maxAttempts: 1,
    });
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });
  const connect = (signal = new AbortController().signal) =>
    createLambdaHandlerFunctions({ client, functionNames: { customer: 'the-function' }, signal });
  const probe = { isUp: true, latencyMs: 12 };

  test.each([
    ['in memory', (): HandlerFunctions => createMemoryHandlerFunctions({ probe: () => probe })],
    ['through Lambda', (): HandlerFunctions => connect()],
  ])('%s answer what they were asked', async (_name, functions) => {
    lambda.reply = { body: JSON.stringify(probe) };
    expect(await functions().ask('customer', { request: 'probe' })).toEqual(probe);
  });

  test('the request goes unchanged to the function of that handler', async () => {
    lambda.seen.length = 0;
    lambda.reply = { body: JSON.stringify({ records: [] }) };
    await connect().ask('customer', { request: 'list-oms', after: 'x' });
    expect(lambda.seen).toEqual([
      {
        path: expect.stringContaining('/functions/the-function/invocations'),
        payload: { request: 'list-oms', after: 'x' },
      },
    ]);
  });

  test('a failure of the handler itself keeps its class and code', async () => {
    const error = { failureClass: 'configuration', code: 'FLUENT_401', retryAfterSeconds: 7 };
    lambda.reply = { body: JSON.stringify({ error }) };
    await expect(connect().ask('customer', { request: 'probe' })).rejects.toMatchObject(error);
  });

  test.each([
    [
      'crashes',
      { headers: { 'x-amz-function-error': 'Unhandled' }, body: '{"errorMessage":"jane@example.com"}' },
    ],
    ['answers something else', { body: '{"isUp":"perhaps"}' }],
    ['answers nothing', { body: '' }],
    [
      'is throttled',
      { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' }, body: '{}' },
    ],
    ['is not reached', { status: 500, body: '{}' }],
  ])('one that %s is worth another try, and nothing of its answer gets out', async (_what, reply) => {
    lambda.reply = reply;
    const refused = await connect()
      .ask('customer', { request: 'probe' })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ failureClass: 'retry', code: 'HANDLER_UNREACHABLE' });
    expect(String(refused)).not.toContain('jane');
  });

  test.each(['AccessDeniedException', 'ResourceNotFoundException'])(
    '%s is a configuration failure, as is an unknown handler',
    async (type) => {
      lambda.reply = { status: 403, headers: { 'x-amzn-errortype': type }, body: '{}' };
      const refusal = { failureClass: 'configuration', code: 'HANDLER_UNREACHABLE' };
      await expect(connect().ask('customer', { request: 'probe' })).rejects.toMatchObject(refusal);
      await expect(connect().ask('nobody', { request: 'probe' })).rejects.toMatchObject(refusal);
    },
  );

  test('sends no request after the invocation has ended', async () => {
    lambda.seen.length = 0;
    await expect(connect(AbortSignal.abort()).ask('customer', { request: 'probe' })).rejects.toMatchObject({
      failureClass: 'retry',
    });
    expect(lambda.seen).toEqual([]);
  });
});
