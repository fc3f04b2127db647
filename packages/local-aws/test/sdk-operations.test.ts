import { StartReplayCommand } from '@aws-sdk/client-eventbridge';
import {
  GetEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientsOf, roleWith } from './clients.ts';
import { arnOfQueue, mayConsume, startTestAccount, type TestAccount, until } from './test-account.ts';

describe('an SDK client', () => {
  let account: TestAccount;
  const options = (accessKeyId = 'HOST') => ({
    endpoint: account.gateway.url,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());

  test('inside a function invokes another function when its role allows it', async () => {
    const callee = await account.fn('callee', 'export const handler = ({ n }) => ({ twice: n * 2 });');
    const source = `
      export const handler = async ({ n }) => {
        const scope = process.env.AWS_ACCESS_KEY_ID + '/20260101/eu-central-1/lambda/aws4_request';
        const url = process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/callee/invocations';
        const authorization = 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=x';
        const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: JSON.stringify({ n }) });
        return { status: answer.status, body: await answer.json() };
      };`;
    const mayInvoke = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: callee };
    await account.fn('caller', source, { policy: [mayInvoke] });
    await account.fn('stranger', source);
    expect(await account.invoke('caller', { n: 4 })).toMatchObject({
      result: { status: 200, body: { twice: 8 } },
    });
    expect(await account.invoke('stranger', { n: 4 })).toMatchObject({ result: { status: 403 } });
  });

  test('disables a mapping and enables it with another concurrency', async () => {
    await account.queue('switched.fifo', { FifoQueue: 'true', VisibilityTimeout: '30' });
    await account.fn('switched', 'export const handler = () => ({});', {
      policy: [mayConsume('switched.fifo')],
    });
    const created = await account.aws('lambda', 'CreateEventSourceMapping', {
      EventSourceArn: arnOfQueue('switched.fifo'),
      FunctionName: 'switched',
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    const UUID = String(created['UUID']);
    const client = new LambdaClient(options());
    const state = async () => (await client.send(new GetEventSourceMappingCommand({ UUID }))).State;
    await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    await until(async () => (await state()) === 'Disabled');
    const change = { UUID, Enabled: true, ScalingConfig: { MaximumConcurrency: 2 } };
    await client.send(new UpdateEventSourceMappingCommand(change));
    await until(async () => (await state()) === 'Enabled');
    expect(await client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  test('updates a mapping only with a grant for exactly that mapping', async () => {
    const [mapping] = account.lambda.mappings();
    const arn = `arn:aws:lambda:eu-central-1:000000000000:event-source-mapping:${mapping?.uuid}`;
    await roleWith(account.gateway, 'updater', [
      { Effect: 'Allow', Action: 'lambda:UpdateEventSourceMapping', Resource: arn },
    ]);
    await roleWith(account.gateway, 'other-updater', [
      { Effect: 'Allow', Action: 'lambda:UpdateEventSourceMapping', Resource: `${arn}0` },
    ]);
    const update = (role: string) =>
      new LambdaClient(options(account.gateway.accessKeyFor(role))).send(
        new UpdateEventSourceMappingCommand({ UUID: mapping?.uuid, Enabled: true }),
      );
    await expect(update('updater')).resolves.toMatchObject({ UUID: mapping?.uuid });
    await expect(update('other-updater')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('needs grants on the archive and the replay to start a replay', async () => {
    const Resource = (what: string) => `arn:aws:events:eu-central-1:000000000000:${what}`;
    const may = (what: string) => ({
      Effect: 'Allow',
      Action: 'events:StartReplay',
      Resource: Resource(what),
    });
    await account.aws('events', 'CreateArchive', {
      ArchiveName: 'kept',
      EventSourceArn: Resource('event-bus/default'),
    });
    await roleWith(account.gateway, 'replays', [may('archive/kept'), may('replay/*')]);
    await roleWith(account.gateway, 'replays-other', [may('archive/other'), may('replay/*')]);
    const start = (role: string) =>
      clientsOf(account.gateway, account.gateway.accessKeyFor(role)).events.send(
        new StartReplayCommand({
          ReplayName: role,
          EventSourceArn: Resource('archive/kept'),
          EventStartTime: new Date(0),
          EventEndTime: new Date(),
          Destination: { Arn: Resource('event-bus/default') },
        }),
      );
    await expect(start('replays')).resolves.toMatchObject({ State: 'STARTING' });
    await expect(start('replays-other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('purges a queue', async () => {
    const QueueUrl = await account.queue('full');
    await account.aws('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' });
    await clientsOf(account.gateway).sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await account.aws('sqs', 'ReceiveMessage', { QueueUrl })).not.toHaveProperty('Messages.0');
  });

  test('receives ResourceNotFoundException for a function that does not exist', async () => {
    const client = new LambdaClient(options());
    const invocation = client.send(new InvokeCommand({ FunctionName: 'missing' }));
    await expect(invocation).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
