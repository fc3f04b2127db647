import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { StartReplayCommand } from '@aws-sdk/client-eventbridge';
import {
  GetEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLogFilter } from '../src/log-filter.ts';
import { clientsOf, roleWith } from './clients.ts';
import { arnOfQueue, type LambdaWorld, mayConsume, startLambdaWorld, until } from './lambda-world.ts';

/** What operators, the control function and the caretaker ask of AWS, through the clients that they use. */
describe('operating', () => {
  let world: LambdaWorld;
  const options = (accessKeyId = 'HOST') => ({
    endpoint: world.gateway.url,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  beforeAll(async () => {
    world = await startLambdaWorld();
  });
  afterAll(() => world.stop());

  test('metrics come by period, newest first, with expressions over them', async () => {
    const start = Date.UTC(2026, 0, 1) / 1000;
    const MetricData = [10, 20, 70].map((second) => ({
      MetricName: 'Synced',
      Value: 2,
      Timestamp: start + second,
      Dimensions: [{ Name: 'service', Value: 'customer' }],
    }));
    await world.aws('monitoring', 'PutMetricData', { Namespace: 'Own', MetricData });
    const client = new CloudWatchClient(options());
    const metric = (name: string) => ({
      Metric: {
        Namespace: 'Own',
        MetricName: name,
        Dimensions: [{ Name: 'service', Value: 'customer' }],
      },
      Period: 60,
      Stat: 'Sum',
    });
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [
          { Id: 'a', MetricStat: metric('Synced') },
          { Id: 'none', MetricStat: metric('Failed') },
          { Id: 'twice', Expression: 'a * 2', Label: 'Twice' },
        ],
        StartTime: new Date(start * 1000),
        EndTime: new Date((start + 120) * 1000),
      }),
    );
    expect(MetricDataResults).toMatchObject([
      {
        Id: 'a',
        Label: 'Synced',
        Timestamps: [new Date((start + 60) * 1000), new Date(start * 1000)],
        Values: [2, 4],
        StatusCode: 'Complete',
      },
      { Id: 'none', Values: [] },
      { Id: 'twice', Label: 'Twice', Values: [4, 8] },
    ]);
  });

  test('metrics need cloudwatch:GetMetricData on everything', async () => {
    const { accessKeyFor } = world.gateway;
    await roleWith(world.gateway, 'counts', [
      { Effect: 'Allow', Action: 'cloudwatch:GetMetricData', Resource: '*' },
    ]);
    await roleWith(world.gateway, 'counts-not', []);
    const read = (role: string) =>
      new CloudWatchClient(options(accessKeyFor(role))).send(
        new GetMetricDataCommand({ MetricDataQueries: [], StartTime: new Date(0), EndTime: new Date() }),
      );
    await expect(read('counts')).resolves.toMatchObject({ MetricDataResults: [] });
    await expect(read('counts-not')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('the lines of a log group are found by time and pattern, page by page', async () => {
    await world.aws('logs', 'CreateLogGroup', { logGroupName: 'talker-logs' });
    await world.fn(
      'talker',
      'export const handler = ({ n }) => { console.log(JSON.stringify({ message: "outcome", id: "c-" + n })); };',
      { LoggingConfig: { LogGroup: 'talker-logs' } },
    );
    for (const n of [1, 2, 3]) await world.invoke('talker', { n });
    await until(() => world.lambda.logs('talker').length === 3);
    const client = new CloudWatchLogsClient(options());
    const find = (rest: object) =>
      client.send(new FilterLogEventsCommand({ logGroupName: 'talker-logs', ...rest }));
    const messages = async (rest: object) =>
      ((await find(rest)).events ?? []).map(({ message = '' }) => JSON.parse(message).id);
    expect(await messages({})).toEqual(['c-1', 'c-2', 'c-3']);
    expect(await messages({ filterPattern: '{ $.id = "c-2" && $.message = "outcome" }' })).toEqual(['c-2']);
    expect(await messages({ filterPattern: '"c-3"' })).toEqual(['c-3']);
    expect(await messages({ endTime: 1 })).toEqual([]);
    const first = await find({ limit: 2 });
    expect(first.events).toHaveLength(2);
    expect(await messages({ nextToken: first.nextToken })).toEqual(['c-3']);
    await expect(find({ logGroupName: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(find({ filterPattern: '[ip, user]' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('a function asks another one and gets its answer, where its role may', async () => {
    const answerer = await world.fn('answerer', 'export const handler = ({ n }) => ({ twice: n * 2 });');
    const asks = `
      export const handler = async ({ n }) => {
        const scope = process.env.AWS_ACCESS_KEY_ID + '/20260101/eu-central-1/lambda/aws4_request';
        const url = process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/answerer/invocations';
        const authorization = 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=x';
        const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: JSON.stringify({ n }) });
        return { status: answer.status, body: await answer.json() };
      };`;
    const mayAsk = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: answerer };
    await world.fn('asker', asks, { policy: [mayAsk] });
    await world.fn('stranger', asks);
    expect(await world.invoke('asker', { n: 4 })).toMatchObject({
      result: { status: 200, body: { twice: 8 } },
    });
    expect(await world.invoke('stranger', { n: 4 })).toMatchObject({ result: { status: 403 } });
  });

  test('a mapping is switched off, and on again with another concurrency', async () => {
    await world.queue('valve.fifo', { FifoQueue: 'true', VisibilityTimeout: '30' });
    await world.fn('valve', 'export const handler = () => ({});', { policy: [mayConsume('valve.fifo')] });
    const created = await world.aws('lambda', 'CreateEventSourceMapping', {
      EventSourceArn: arnOfQueue('valve.fifo'),
      FunctionName: 'valve',
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

  test('a mapping is moved by whoever may move exactly that one', async () => {
    const [mapping] = world.lambda.mappings();
    const arn = `arn:aws:lambda:eu-central-1:000000000000:event-source-mapping:${mapping?.uuid}`;
    await roleWith(world.gateway, 'mover', [
      { Effect: 'Allow', Action: 'lambda:UpdateEventSourceMapping', Resource: arn },
    ]);
    await roleWith(world.gateway, 'other-mover', [
      { Effect: 'Allow', Action: 'lambda:UpdateEventSourceMapping', Resource: `${arn}0` },
    ]);
    const move = (role: string) =>
      new LambdaClient(options(world.gateway.accessKeyFor(role))).send(
        new UpdateEventSourceMappingCommand({ UUID: mapping?.uuid, Enabled: true }),
      );
    await expect(move('mover')).resolves.toMatchObject({ UUID: mapping?.uuid });
    await expect(move('other-mover')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('a replay needs the archive and the replay', async () => {
    const Resource = (what: string) => `arn:aws:events:eu-central-1:000000000000:${what}`;
    const may = (what: string) => ({
      Effect: 'Allow',
      Action: 'events:StartReplay',
      Resource: Resource(what),
    });
    await world.aws('events', 'CreateArchive', {
      ArchiveName: 'kept',
      EventSourceArn: Resource('event-bus/default'),
    });
    await roleWith(world.gateway, 'replays', [may('archive/kept'), may('replay/*')]);
    await roleWith(world.gateway, 'replays-other', [may('archive/other'), may('replay/*')]);
    const start = (role: string) =>
      clientsOf(world.gateway, world.gateway.accessKeyFor(role)).events.send(
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

  test('a queue is emptied', async () => {
    const QueueUrl = await world.queue('full');
    await world.aws('sqs', 'SendMessage', { QueueUrl, MessageBody: 'x' });
    await clientsOf(world.gateway).sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await world.aws('sqs', 'ReceiveMessage', { QueueUrl })).not.toHaveProperty('Messages.0');
  });

  test('whoever asks is told who he is', async () => {
    const client = new STSClient(options());
    expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: '000000000000' });
  });

  test('a function that is not there is named as such', async () => {
    const client = new LambdaClient(options());
    const ask = client.send(new InvokeCommand({ FunctionName: 'commercetools-fluent-none-control' }));
    await expect(ask).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a filter pattern', () => {
  const line = JSON.stringify({ level: 'ERROR', code: 'X', error: { name: 'Oh no' }, receives: 3, ok: true });
  test.each([
    ['', true],
    ['ERROR X', true],
    ['"Oh no"', true],
    ['WARN', false],
    ['{ $.level = "ERROR" }', true],
    ['{ ($.error.name = "Oh no") && ($.receives = 3) }', true],
    ['{ $.ok = true && $.code != "Y" }', true],
    ['{ $.level = "WARN" }', false],
  ])('%j on a line: %j', (pattern, expected) => {
    expect(readLogFilter(pattern)(line)).toBe(expected);
  });

  test('{ $.a = "b" } is not for lines that are no JSON', () => {
    expect(readLogFilter('{ $.a != "b" }')('plain text')).toBe(false);
  });

  test.each([
    '{ $.a = "b" || $.c = "d" }',
    '{ $.a = "b*" }',
    '?ERROR ?WARN',
    '[a, b]',
    '-debug',
    '{ $.a > 3 }',
  ])('%j is refused: it is not built', (pattern) => {
    expect(() => readLogFilter(pattern)).toThrow('Filter pattern is not built');
  });
});
