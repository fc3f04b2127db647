import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AwsError, type JsonObject, type ServiceCall } from '../src/contract.ts';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { clientsOf, hostCalls, region, roleWith } from './clients.ts';

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws({ region, seed: 7 });
});
afterEach(() => aws.stop());

const scope = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=HOST/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=x`;

function request(service: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(aws.gateway.url + path, {
    ...init,
    headers: { authorization: scope(service), ...init.headers },
  });
}

describe('the gateway', () => {
  test('refuses a request without a signature with 403', async () => {
    const response = await fetch(aws.gateway.url, { method: 'POST' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  test.each([
    ['an unknown operation', 'sqs', 'AmazonSQS.Dance'],
    ['an unknown service', 'kinesis', 'Kinesis.PutRecord'],
    ['the target of another service', 'sqs', 'AWSEvents.ListQueues'],
  ])('refuses and logs %s', async (_, service, target) => {
    const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const response = await request(service, '/', {
      method: 'POST',
      body: '{}',
      headers: { 'x-amz-target': target },
    });
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain('UnknownOperationException');
    expect(stderr).toHaveBeenCalledWith(expect.stringContaining('is not supported'));
    stderr.mockRestore();
  });

  test('answers plain routes without a signature', async () => {
    aws.gateway.route('/cfn-response/', (_, response) => void response.end('taken'));
    expect(await (await fetch(`${aws.gateway.url}/cfn-response/1`)).text()).toBe('taken');
  });

  test('returns the account of the caller for sts', async () => {
    await roleWith(aws.gateway, 'me', []);
    const authorization = scope('sts').replace('HOST', aws.gateway.accessKeyFor('me'));
    const response = await fetch(aws.gateway.url, {
      method: 'POST',
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      headers: { authorization, 'x-amz-security-token': 'me/1' },
    });
    expect(await response.text()).toContain('<Account>000000000000</Account>');
  });
});

describe('the REST API of Lambda', () => {
  const calls: ServiceCall[] = [];
  function answerWith(answer: JsonObject | AwsError): void {
    calls.length = 0;
    aws.gateway.register('lambda', {
      handle: async (call) => {
        calls.push(call);
        if (answer instanceof AwsError) throw answer;
        return answer;
      },
    });
  }

  test('passes the payload of Invoke on unchanged and returns the function error', async () => {
    answerWith({ StatusCode: 200, FunctionError: 'Unhandled', Payload: '{"errorType":"Error"}' });
    const arn = `arn:aws:lambda:${region}:000000000000:function:router`;
    const body = '{"n":1.0,  "s":"é"}';
    const response = await request('lambda', `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`, {
      method: 'POST',
      body,
      headers: { 'x-amzn-trace-id': 'Root=1-2-3' },
    });
    expect(calls[0]).toMatchObject({
      operation: 'Invoke',
      traceHeader: 'Root=1-2-3',
      input: { FunctionName: arn, InvocationType: 'RequestResponse', Payload: body },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(await response.text()).toBe('{"errorType":"Error"}');
  });

  test('answers an asynchronous Invoke with 202 and no body', async () => {
    answerWith({ StatusCode: 202 });
    const response = await request('lambda', '/2015-03-31/functions/router/invocations', {
      method: 'POST',
      headers: { 'x-amz-invocation-type': 'Event' },
    });
    expect([response.status, await response.text()]).toEqual([202, '']);
    expect(calls[0]?.input).toEqual({ FunctionName: 'router', InvocationType: 'Event' });
  });

  test.each([
    ['GET', '/2015-03-31/event-source-mappings/u-1', 'GetEventSourceMapping', { UUID: 'u-1' }, 200],
    [
      'PUT',
      '/2015-03-31/event-source-mappings/u-1',
      'UpdateEventSourceMapping',
      { UUID: 'u-1', Enabled: false },
      202,
    ],
    [
      'GET',
      '/2015-03-31/event-source-mappings?FunctionName=f',
      'ListEventSourceMappings',
      { FunctionName: 'f' },
      200,
    ],
    ['GET', '/2015-03-31/event-source-mappings/', 'ListEventSourceMappings', {}, 200],
    [
      'PUT',
      '/2017-10-31/functions/f/concurrency',
      'PutFunctionConcurrency',
      { FunctionName: 'f', Enabled: false },
      200,
    ],
    [
      'DELETE',
      '/2017-10-31/functions/f/concurrency',
      'DeleteFunctionConcurrency',
      { FunctionName: 'f' },
      204,
    ],
  ])('reads %s %s as %s', async (method, path, operation, input, status) => {
    answerWith({});
    const response = await request('lambda', path, {
      method,
      ...(method === 'PUT' && { body: '{"Enabled":false}' }),
    });
    expect(calls[0]).toMatchObject({ operation, input });
    expect(response.status).toBe(status);
  });

  test('returns the status of an error, and its name in a header', async () => {
    answerWith(new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 }));
    const response = await request('lambda', '/2015-03-31/functions/f/invocations', { method: 'POST' });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      429,
      'TooManyRequestsException',
    ]);
  });
});

describe('the request counts', () => {
  test('include calls and the items of batches', async () => {
    const { sqs } = clientsOf(aws.gateway);
    const QueueUrl = String(
      (await hostCalls(aws.gateway)('sqs', 'CreateQueue', { QueueName: 'q' }))['QueueUrl'],
    );
    const Entries = ['1', '2', '3'].map((Id) => ({ Id, MessageBody: Id }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(aws.gateway.requests()).toContainEqual({
      service: 'sqs',
      operation: 'SendMessageBatch',
      calls: 2,
      items: 6,
    });
    aws.gateway.resetRequests();
    expect(aws.gateway.requests()).toEqual([]);
  });
});
