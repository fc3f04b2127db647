import {
  createLambdaService,
  host,
  type LambdaService,
  type LocalAws,
  startLocalAws,
} from '@fluent-connector/local-aws';
import { type FluentTwin, startFluentTwin } from '@fluent-connector/twins/fluent';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LoopbackControl, startLoopbackControl } from './loopback-control.ts';
import { connector } from './recorded-shell.ts';

/** The environment that the SDK reads on the machine of a person. */
function signedIn(endpoint: string): void {
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
}
afterAll(() => vi.unstubAllEnvs());

describe('a stage on AWS', () => {
  let control: LoopbackControl;
  beforeAll(async () => {
    control = await startLoopbackControl();
  });
  afterAll(() => control.stop());
  beforeEach(() => signedIn(`http://127.0.0.1:${Number(control.port) + 2}`));

  test('gets the caller that STS reports', async () => {
    control.answers('queue.list', { queues: [] });
    expect((await connector(['queues', '--stage', 'dev'])).exitCode).toBe(0);
    expect(control.requests.at(-1)?.caller).toBe('assumed-role/Operator/jane');
  });
  test('is not found if it is not deployed', async () => {
    const { exitCode, err } = await connector(['queues', '--stage', 'prod']);
    expect({ exitCode, err }).toEqual({
      exitCode: 3,
      err: 'Function commercetools-fluent-prod-control does not exist in the region of this shell. Is stage "prod" deployed there? Check --stage, --region and --profile. [NO_CONTROL_FUNCTION]\n',
    });
  });
  test('must have a valid name', async () => {
    expect((await connector(['queues', '--stage', '../x'])).exitCode).toBe(2);
  });
  test('explains how to sign in if there are no credentials', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('HOME', '/nonexistent');
    vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
    const { exitCode, err } = await connector(['queues', '--stage', 'dev']);
    expect(exitCode).toBe(6);
    expect(err).toContain('aws sso login');
  });
});

describe('doctor --stage, before the first deployment', () => {
  let aws: LocalAws;
  let lambda: LambdaService;
  let fluent: FluentTwin;
  beforeAll(async () => {
    aws = await startLocalAws({ region: 'eu-central-1' });
    lambda = createLambdaService({ gateway: aws.gateway, metrics: aws.metrics });
    fluent = await startFluentTwin({ accountId: 'ACME' });
    const secret = (Name: string, value: object) =>
      aws.gateway.call({
        service: 'secretsmanager',
        operation: 'CreateSecret',
        input: { Name, SecretString: JSON.stringify(value) },
        caller: host,
      });
    await secret('fluent-connector/dev/fluent', fluent.connection());
    await secret('fluent-connector/dev/commercetools', { apiUrl: 'https://api.example.com' });
  });
  afterAll(async () => {
    await lambda.stop();
    await Promise.all([aws.stop(), fluent.stop()]);
  });

  test('names the missing secret and the wrong one, and checks the system with a correct secret', async () => {
    signedIn(aws.gateway.url);
    const { exitCode, json, out } = await connector(['doctor', '--stage', 'dev', '--json']);
    expect(exitCode).toBe(1);
    expect(json()).toMatchObject({
      checks: expect.arrayContaining([
        expect.objectContaining({ check: 'AWS: identity', status: 'ok' }),
        expect.objectContaining({
          check: 'AWS: secret of commercetools',
          status: 'problem',
          detail: expect.stringContaining('the field "authUrl" is missing or wrong'),
        }),
        expect.objectContaining({
          check: 'AWS: secret of the subscription',
          status: 'problem',
          detail: 'fluent-connector/dev/commercetools-subscription does not exist here',
        }),
        expect.objectContaining({ check: 'Fluent: login', status: 'ok' }),
        expect.objectContaining({ check: 'deployed stack', status: 'unknown', detail: 'not deployed yet' }),
      ]),
    });
    expect(out).not.toContain('twin-password');
  });
});
