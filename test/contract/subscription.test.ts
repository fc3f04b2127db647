import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateEventBusCommand,
  DeletePartnerEventSourceCommand,
  EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { type LocalAws, startLocalAws } from '@fluent-connector/local-aws';
import { type CommercetoolsTwin, startCommercetoolsTwin } from '@fluent-connector/twins/commercetools';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEventBridgeEventSources } from '../../lambdas/adapters/aws/eventbridge-event-sources.ts';
import { createLambdaSubscriptionFunction } from '../../lambdas/adapters/aws/lambda-subscription-function.ts';
import { createCommercetoolsSubscriptions } from '../../lambdas/adapters/commercetools/commercetools-subscriptions.ts';
import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import { toControlError } from '../../lambdas/core/operations/control-error.ts';
import type { Subscriptions } from '../../lambdas/core/operations/ports/subscriptions.ts';
import { subscriptionFailure } from '../../lambdas/core/operations/subscription-request.ts';
import { answerCloudFormation } from '../../lambdas/runtime/lambda/custom-resource.ts';
import { answerRequest } from '../../lambdas/subscription/answer-request.ts';
import {
  ensureSubscription,
  removeSubscription,
  updateSubscription,
} from '../../lambdas/subscription/manage-subscription.ts';
import { partnerBus } from '../../local/connector/embedded-connector.ts';
import { startTestAccount, type TestAccount } from '../../packages/local-aws/test/test-account.ts';

const wanted = {
  projectKey: 'local',
  subscriptionKey: 'connector',
  accountId: '000000000000',
  region: 'eu-central-1',
  resourceTypes: ['customer'],
};

describe('the subscription of the stack, with the real clients', () => {
  let aws: LocalAws;
  let twin: CommercetoolsTwin;
  let subscriptions: Subscriptions;
  let eventBridge: EventBridgeClient;
  const naps: number[] = [];
  const ports = () => ({
    subscriptions,
    eventSources: createEventBridgeEventSources(eventBridge),
    sleep: async (ms: number) => void naps.push(ms),
  });
  const stored = () => subscriptions.byKey('connector');

  beforeAll(async () => {
    aws = await startLocalAws({ region: 'eu-central-1' });
    twin = await startCommercetoolsTwin({ projectKey: 'local', bus: partnerBus(aws.gateway) });
    eventBridge = new EventBridgeClient({
      endpoint: aws.gateway.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    subscriptions = createCommercetoolsSubscriptions({
      connection: twin.connection('subscription'),
      projectKey: 'local',
      clock: Date.now,
      timeoutMs: 2_000,
      tokens: new TokenCache(Date.now),
      signal: new AbortController().signal,
    });
  });
  afterAll(async () => {
    eventBridge.destroy();
    await twin.stop();
    await aws.stop();
  });
  afterEach(async () => {
    naps.length = 0;
    await removeSubscription(ports(), 'connector');
  });

  test('is created with its changes, and its event source exists afterwards', async () => {
    await ensureSubscription(ports(), wanted);
    expect(await stored()).toMatchObject({
      resourceTypes: ['customer'],
      destination: { type: 'EventBridge', accountId: '000000000000', region: 'eu-central-1' },
      source: 'aws.partner/commercetools.com/local/connector',
    });
    expect(await ports().eventSources.state('aws.partner/commercetools.com/local/connector')).toBe('PENDING');
  });

  test('is adopted if it exists with the same destination, and its changes are corrected', async () => {
    await ensureSubscription(ports(), { ...wanted, resourceTypes: ['cart'] });
    await ensureSubscription(ports(), wanted);
    expect(await stored()).toMatchObject({ resourceTypes: ['customer'] });
    const { version } = (await stored()) ?? {};
    await ensureSubscription(ports(), wanted);
    expect((await stored())?.version).toBe(version);
  });

  test('is refused, with advice, if its destination is another account', async () => {
    await ensureSubscription(ports(), wanted);
    await expect(ensureSubscription(ports(), { ...wanted, accountId: '111111111111' })).rejects.toThrow(
      /another destination.*subscriptionKey/s,
    );
  });

  test('is updated in place: changes and destination', async () => {
    await ensureSubscription(ports(), wanted);
    await updateSubscription(ports(), { ...wanted, resourceTypes: ['customer', 'customer-group'] });
    expect(await stored()).toMatchObject({ resourceTypes: ['customer', 'customer-group'] });
    await updateSubscription(ports(), { ...wanted, region: 'us-east-1' });
    expect(await stored()).toMatchObject({
      destination: { region: 'us-east-1' },
      resourceTypes: ['customer'],
    });
  });

  test('is created again by an update after it was deleted', async () => {
    await updateSubscription(ports(), wanted);
    expect(await stored()).toMatchObject({ resourceTypes: ['customer'] });
  });

  test('is updated again after another client changed it first', async () => {
    await ensureSubscription(ports(), wanted);
    let meddled = false;
    const meddling: Subscriptions = {
      ...subscriptions,
      update: async (key, version, change) => {
        if (!meddled) await subscriptions.update(key, version, { resourceTypes: ['cart'] });
        meddled = true;
        return subscriptions.update(key, version, change);
      },
    };
    await updateSubscription(
      { ...ports(), subscriptions: meddling },
      { ...wanted, resourceTypes: ['store'] },
    );
    expect(await stored()).toMatchObject({ resourceTypes: ['store'] });
  });

  test('is removed, and removing it again is a success', async () => {
    await ensureSubscription(ports(), wanted);
    await removeSubscription(ports(), 'connector');
    await removeSubscription(ports(), 'connector');
    expect(await stored()).toBeUndefined();
  });

  test('waits for its event source, and says what to check if it does not appear', async () => {
    const late = { state: async () => (naps.length >= 3 ? ('PENDING' as const) : ('MISSING' as const)) };
    await ensureSubscription({ ...ports(), eventSources: late }, wanted);
    expect(naps).toHaveLength(3);
    const never = { state: async () => 'DELETED' as const };
    await expect(ensureSubscription({ ...ports(), eventSources: never }, wanted)).rejects.toThrow(
      /did not appear in EventBridge within 120 s.*runbook/s,
    );
  });
});

describe('health of a subscription, and what the function answers when it is asked directly', () => {
  let aws: LocalAws;
  let twin: CommercetoolsTwin;
  let eventBridge: EventBridgeClient;
  let subscriptions: Subscriptions;
  const portsOf = async () => ({
    subscriptions,
    eventSources: createEventBridgeEventSources(eventBridge),
    sleep: async () => undefined,
  });
  const stored = () => subscriptions.byKey('connector');
  const ask = (request: string, over: object = {}) =>
    answerRequest({ request, subscription: { ...wanted, ...over } }, portsOf);

  beforeAll(async () => {
    aws = await startLocalAws({ region: 'eu-central-1' });
    twin = await startCommercetoolsTwin({ projectKey: 'local', bus: partnerBus(aws.gateway) });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    eventBridge = new EventBridgeClient({ endpoint: aws.gateway.url, region: 'eu-central-1', credentials });
  });
  afterAll(async () => {
    eventBridge.destroy();
    await twin.stop();
    await aws.stop();
  });
  /** The event source with its bus, as after a deployment. A bus is never restored, so each test needs its own key. */
  const deployed = async (subscriptionKey: string) => {
    await ask('create', { subscriptionKey });
    const name = `aws.partner/commercetools.com/local/${subscriptionKey}`;
    await eventBridge.send(new CreateEventBusCommand({ Name: name, EventSourceName: name }));
    return subscriptionKey;
  };
  beforeEach(async () => {
    await twin.reset();
    subscriptions = createCommercetoolsSubscriptions({
      connection: twin.connection('subscription'),
      projectKey: 'local',
      clock: Date.now,
      timeoutMs: 500,
      tokens: new TokenCache(Date.now),
      signal: new AbortController().signal,
    });
  });

  test('a missing subscription can be shown, is unhealthy, and deleting it is a success', async () => {
    expect(await ask('show')).toEqual({ exists: false, key: 'connector', resourceTypes: [] });
    expect(await ask('health')).toEqual({ status: 'Unhealthy', detail: 'Missing' });
    expect(await ask('delete')).toEqual({ done: true });
  });

  test('is created, shown with its source, and deleted', async () => {
    expect(await ask('create')).toEqual({ done: true });
    expect(await ask('show')).toEqual({
      exists: true,
      key: 'connector',
      version: 1,
      destination: 'EventBridge 000000000000 eu-central-1',
      resourceTypes: ['customer'],
      source: 'aws.partner/commercetools.com/local/connector',
      sourceState: 'PENDING',
    });
    await eventBridge.send(
      new CreateEventBusCommand({
        Name: 'aws.partner/commercetools.com/local/connector',
        EventSourceName: 'aws.partner/commercetools.com/local/connector',
      }),
    );
    expect(await ask('show')).toMatchObject({ sourceState: 'ACTIVE' });
    expect(await ask('delete')).toEqual({ done: true });
    expect(await ask('show')).toMatchObject({ exists: false });
  });

  test('a subscription that is created again has no bus', async () => {
    expect(await ask('create')).toEqual({ done: true });
    expect(await ask('show')).toMatchObject({ sourceState: 'PENDING' });
  });

  test.each([
    ['Healthy', { status: 'Healthy' }],
    ['TemporaryError', { status: 'TemporaryError', detail: 'TemporaryError' }],
    ['ConfigurationError', { status: 'Unhealthy', detail: 'ConfigurationError' }],
    [
      'ConfigurationErrorDeliveryStopped',
      { status: 'Unhealthy', detail: 'ConfigurationErrorDeliveryStopped' },
    ],
    ['ManuallySuspended', { status: 'Unhealthy', detail: 'ManuallySuspended' }],
  ])('health reports the status %s', async (status, answer) => {
    const subscriptionKey = await deployed(`of-${status}`);
    await twin.setSubscriptionStatus(subscriptionKey, status);
    expect(await ask('health', { subscriptionKey })).toEqual(answer);
  });

  test('healthy is only one whose event source has its bus: deleted and created again, every change is lost', async () => {
    const subscriptionKey = await deployed('made-again');
    expect(await ask('health', { subscriptionKey })).toEqual({ status: 'Healthy' });
    await ask('delete', { subscriptionKey });
    await ask('create', { subscriptionKey });
    expect(await ask('health', { subscriptionKey })).toEqual({
      status: 'Unhealthy',
      detail: 'EventSourcePending',
      sourceState: 'PENDING',
    });
    await eventBridge.send(
      new DeletePartnerEventSourceCommand({
        Account: '000000000000',
        Name: `aws.partner/commercetools.com/local/${subscriptionKey}`,
      }),
    );
    expect(await ask('health', { subscriptionKey })).toMatchObject({
      status: 'Unhealthy',
      detail: 'EventSourceMissing',
    });
  });

  test('one that leads elsewhere than to EventBridge has no event source, and is not unhealthy because of it', async () => {
    const elsewhere = { health: async () => ({ said: { status: 'Healthy' as const } }) };
    const answer = await answerRequest({ request: 'health', subscription: wanted }, async () => ({
      ...(await portsOf()),
      subscriptions: { ...subscriptions, ...elsewhere },
    }));
    expect(answer).toEqual({ status: 'Healthy' });
  });

  test.each(['serverError', 'badGatewayHtml', 'hang', 'reset', 'rateLimited'] as const)(
    'commercetools that answers %s says nothing about its health',
    async (fault) => {
      await ask('create');
      twin.faults.http.rates = { [fault]: 1 };
      expect(await ask('health')).toMatchObject({
        error: { failureClass: expect.stringMatching(/retry|ambiguous/) },
      });
    },
  );

  test('one whose delivery was given up is brought back by creating it; a suspended one is not touched', async () => {
    await ask('create');
    await twin.setSubscriptionStatus('connector', 'ConfigurationErrorDeliveryStopped');
    expect(await ask('create')).toEqual({ done: true });
    expect(await stored()).toMatchObject({ status: 'Healthy' });
    await twin.setSubscriptionStatus('connector', 'ManuallySuspended');
    expect(await ask('create')).toEqual({ done: true });
    expect(await ask('health')).toMatchObject({ detail: 'ManuallySuspended' });
  });

  test('a refusal is an answer with its class, code and advice', async () => {
    await ask('create');
    expect(await ask('create', { accountId: '111111111111' })).toMatchObject({
      error: {
        failureClass: 'permanent',
        code: 'SUBSCRIPTION_ELSEWHERE',
        message: expect.stringMatching(/another destination/),
      },
    });
    expect(await ask('health', { subscriptionKey: '!' })).toMatchObject({
      error: { code: 'REQUEST_INVALID', message: expect.stringMatching(/subscription\.subscriptionKey/) },
    });
    expect(await ask('explode')).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
  });

  test('a refused API client is distinguished from the one that reads customers', async () => {
    subscriptions = createCommercetoolsSubscriptions({
      connection: { ...twin.connection('subscription'), clientSecret: 'wrong' },
      projectKey: 'local',
      clock: Date.now,
      timeoutMs: 500,
      tokens: new TokenCache(Date.now),
      signal: new AbortController().signal,
    });
    const answer = await ask('show');
    expect(answer).toMatchObject({
      error: { failureClass: 'configuration', code: 'SUBSCRIPTION_COMMERCETOOLS_401' },
    });
    const { error } = subscriptionFailure.parse(answer);
    expect(toControlError(new ConnectorError(error, error.message)).message).toMatch(
      /"commercetools\.subscriptionSecret".*manage_subscriptions/,
    );
  });

  test('an undeclared error is reported by its name only', async () => {
    const answer = await answerRequest({ request: 'show', subscription: wanted }, () =>
      Promise.reject(new TypeError('jane@example.com')),
    );
    expect(answer).toEqual({
      error: { failureClass: 'retry', code: 'INTERNAL', message: expect.stringMatching(/TypeError/) },
    });
    expect(JSON.stringify(answer)).not.toContain('jane');
  });
});

describe('the subscription function, asked through Lambda', () => {
  let world: TestAccount;
  let lambda: LambdaClient;
  const connect = (functionName: string, subscriptionKey: string) =>
    createLambdaSubscriptionFunction({
      client: lambda,
      functionName,
      subscription: { ...wanted, subscriptionKey },
      signal: new AbortController().signal,
    });
  beforeAll(async () => {
    world = await startTestAccount();
    // Does what the key says.
    await world.fn(
      'subscription',
      `export const handler = async ({ request, subscription }) => {
        const answers = {
          healthy: { status: 'Healthy' },
          done: { done: true },
          shown: { exists: false, key: subscription.subscriptionKey, resourceTypes: [request] },
          refused: { error: { failureClass: 'permanent', code: 'SUBSCRIPTION_ELSEWHERE', message: 'It leads elsewhere.' } },
          strange: { status: 'Splendid' },
        };
        if (subscription.subscriptionKey === 'crash') throw new Error('jane@example.com');
        return answers[subscription.subscriptionKey];
      };`,
    );
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    lambda = new LambdaClient({
      endpoint: world.gateway.url,
      region: 'eu-central-1',
      credentials,
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    lambda.destroy();
    await world.stop();
  });

  test('answers what was asked', async () => {
    expect(await connect('subscription', 'healthy').ask('health')).toEqual({ status: 'Healthy' });
    expect(await connect('subscription', 'done').ask('delete')).toEqual({ done: true });
    expect(await connect('subscription', 'shown').ask('show')).toEqual({
      exists: false,
      key: 'shown',
      resourceTypes: ['show'],
    });
  });

  test('a refusal keeps its class and code', async () => {
    await expect(connect('subscription', 'refused').ask('create')).rejects.toMatchObject({
      failureClass: 'permanent',
      code: 'SUBSCRIPTION_ELSEWHERE',
      message: 'It leads elsewhere.',
    });
  });

  test.each([
    ['crashes', 'subscription', 'crash', 'retry'],
    ['answers another shape', 'subscription', 'strange', 'retry'],
    ['does not exist', 'nobody', 'healthy', 'configuration'],
  ])('one that %s is unreachable, and nothing of its words comes out', async (_, name, key, failureClass) => {
    const failure = await connect(name, key)
      .ask('health')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ failureClass, code: 'SUBSCRIPTION_UNREACHABLE' });
    expect(String(failure)).not.toContain('jane');
  });
});

describe('the answer to CloudFormation', () => {
  const received: { contentType: string | undefined; body: Record<string, unknown> }[] = [];
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        received.push({ contentType: request.headers['content-type'], body: JSON.parse(text) });
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const event = (over: object = {}) =>
    ({
      RequestType: 'Create',
      ResponseURL: url,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
      ...over,
    }) as CloudFormationCustomResourceEvent;

  test('answers a success with the id and the data', async () => {
    await answerCloudFormation(event(), async () => ({
      physicalId: 'local/connector',
      data: { EventSourceName: 'x' },
    }));
    expect(received.at(-1)).toEqual({
      contentType: '',
      body: {
        StackId: 's',
        RequestId: 'r',
        LogicalResourceId: 'l',
        Status: 'SUCCESS',
        PhysicalResourceId: 'local/connector',
        Data: { EventSourceName: 'x' },
      },
    });
  });

  test('answers a failure with its reason, under the old id, in less than 4,096 bytes', async () => {
    const fails = () => Promise.reject(new Error('because '.repeat(2_000)));
    await answerCloudFormation(event({ RequestType: 'Update', PhysicalResourceId: 'old' }), fails);
    expect(received.at(-1)?.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'old' });
    expect(JSON.stringify(received.at(-1)?.body).length).toBeLessThan(4_096);
    await answerCloudFormation(event(), fails);
    expect(received.at(-1)?.body).toMatchObject({ PhysicalResourceId: 'r' });
  });
});
