import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createEventBridgeEventSources } from '../../lambdas/adapters/aws/eventbridge-event-sources.ts';
import { createCommercetoolsSubscriptions } from '../../lambdas/adapters/commercetools/commercetools-subscriptions.ts';
import type { Subscriptions } from '../../lambdas/core/ports/subscriptions.ts';
import { TokenCache } from '../../lambdas/core/token.ts';
import { answerCloudFormation } from '../../lambdas/runtime/custom-resource.ts';
import {
  ensureSubscription,
  removeSubscription,
  updateSubscription,
} from '../../lambdas/subscription/manage-subscription.ts';
import { type LocalAws, startLocalAws } from '../../local/aws/index.ts';
import { type CommercetoolsTwin, startCommercetoolsTwin } from '../../local/commercetools/twin.ts';
import { partnerBus } from '../../local/connector/embedded-connector.ts';

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

  test('is created with its changes, and its event source is there when the work is done', async () => {
    await ensureSubscription(ports(), wanted);
    expect(await stored()).toMatchObject({
      resourceTypes: ['customer'],
      destination: { type: 'EventBridge', accountId: '000000000000', region: 'eu-central-1' },
      source: 'aws.partner/commercetools.com/local/connector',
    });
    expect(await ports().eventSources.exists('aws.partner/commercetools.com/local/connector')).toBe(true);
  });

  test('is adopted when it exists already and leads to the same place, and its changes are put right', async () => {
    await ensureSubscription(ports(), { ...wanted, resourceTypes: ['cart'] });
    await ensureSubscription(ports(), wanted);
    expect(await stored()).toMatchObject({ resourceTypes: ['customer'] });
    const { version } = (await stored()) ?? {};
    await ensureSubscription(ports(), wanted);
    expect((await stored())?.version).toBe(version);
  });

  test('is refused, with advice, when its key leads to another account', async () => {
    await ensureSubscription(ports(), wanted);
    await expect(ensureSubscription(ports(), { ...wanted, accountId: '111111111111' })).rejects.toThrow(
      /leads elsewhere.*subscriptionKey/s,
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

  test('is made again by an update when somebody deleted it', async () => {
    await updateSubscription(ports(), wanted);
    expect(await stored()).toMatchObject({ resourceTypes: ['customer'] });
  });

  test('is updated once more when somebody else was faster', async () => {
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

  test('waits for its event source, and says what to look at when it does not come', async () => {
    const late = { exists: async () => naps.length >= 3 };
    await ensureSubscription({ ...ports(), eventSources: late }, wanted);
    expect(naps).toHaveLength(3);
    const never = { exists: async () => false };
    await expect(ensureSubscription({ ...ports(), eventSources: never }, wanted)).rejects.toThrow(
      /did not appear within 120 s.*runbook/s,
    );
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

  test('tells a success with the id and the data', async () => {
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

  test('tells a failure with its reason, under the old id, in less than 4,096 bytes', async () => {
    const fails = () => Promise.reject(new Error('because '.repeat(2_000)));
    await answerCloudFormation(event({ RequestType: 'Update', PhysicalResourceId: 'old' }), fails);
    expect(received.at(-1)?.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'old' });
    expect(JSON.stringify(received.at(-1)?.body).length).toBeLessThan(4_096);
    await answerCloudFormation(event(), fails);
    expect(received.at(-1)?.body).toMatchObject({ PhysicalResourceId: 'r' });
  });
});
