import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createLambdaService,
  type DeployedStack,
  deployStack,
  host,
  type JsonObject,
  type LambdaService,
  type LocalAws,
  startLocalAws,
} from '@fluent-connector/local-aws';
import { type CommercetoolsTwin, startCommercetoolsTwin } from '@fluent-connector/twins/commercetools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { synthesize } from '../../local/connector/synthesize.ts';

const stackName = 'commercetools-fluent-local';

describe('the stack of the connector', () => {
  let aws: LocalAws;
  let lambda: LambdaService;
  let twin: CommercetoolsTwin;
  let assembly: string;
  let stack: DeployedStack;
  const call = (service: string, operation: string, input: JsonObject) =>
    aws.gateway.call({ service, operation, input, caller: host });

  beforeAll(async () => {
    assembly = await synthesize('local');
    aws = await startLocalAws({ region: 'eu-central-1' });
    lambda = createLambdaService({ gateway: aws.gateway, metrics: aws.metrics });
    twin = await startCommercetoolsTwin({
      projectKey: 'local',
      bus: {
        createSource: async (Name, { accountId: Account }) =>
          void (await call('events', 'CreatePartnerEventSource', { Name, Account })),
        deleteSource: async (Name) => void (await call('events', 'DeletePartnerEventSource', { Name })),
        put: async () => {},
      },
    });
    await call('secretsmanager', 'CreateSecret', {
      Name: 'local/commercetools-subscription',
      SecretString: JSON.stringify(twin.connection('subscription')),
    });
    stack = await deployStack({ assembly, stackName, gateway: aws.gateway });
  });
  afterAll(async () => {
    await lambda?.stop();
    await twin?.stop();
    await aws?.stop();
  });

  test('is created completely, with every event source mapping polling', async () => {
    const template = JSON.parse(await readFile(join(assembly, `${stackName}.template.json`), 'utf8'));
    const ids = Object.entries<{ Type: string }>(template.Resources).filter(
      ([, { Type }]) => Type !== 'AWS::CDK::Metadata',
    );
    expect([...stack.resources.keys()].sort()).toEqual(ids.map(([id]) => id).sort());
    const mappings = ids.filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping');
    expect(mappings.length).toBeGreaterThan(0);
    await expect
      .poll(() => lambda.mappings().filter(({ state }) => state === 'Enabled').length)
      .toBe(mappings.length);
  });

  test('creates the subscription and associates its event source with the bus', async () => {
    const sources = await call('events', 'ListEventSources', {});
    expect(sources).toMatchObject({ EventSources: [{ State: 'ACTIVE' }] });
    expect(aws.gateway.policyReport().denied).toEqual([]);
  });

  test('deletes its subscription when it is removed', async () => {
    await stack.remove();
    expect(await call('events', 'ListEventSources', {})).toMatchObject({
      EventSources: [{ State: 'DELETED' }],
    });
  });
});
