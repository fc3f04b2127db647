import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Gateway, JsonObject } from '../src/contract.ts';
import { host } from '../src/contract.ts';

export const region = 'eu-central-1';

/** SDK clients of one caller: the host, or a role when its access key is given. */
export function clientsOf(gateway: Gateway, accessKeyId = 'HOST') {
  const credentials = { accessKeyId, secretAccessKey: 'any', sessionToken: 'a-function/1' };
  const options = { endpoint: gateway.url, region, credentials, maxAttempts: 1 };
  return {
    sqs: new SQSClient(options),
    dynamodb: new DynamoDBClient(options),
    events: new EventBridgeClient(options),
    secrets: new SecretsManagerClient(options),
  };
}

/** Calls as the host, which no policy restricts. */
export function hostCalls(gateway: Gateway) {
  return (service: string, operation: string, input: JsonObject = {}): Promise<JsonObject> =>
    gateway.call({ service, operation, input, caller: host });
}

/** A role with one identity policy, and the clients that call as it. */
export async function roleWith(gateway: Gateway, name: string, statements: JsonObject[]) {
  const call = hostCalls(gateway);
  await call('iam', 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: '{}' });
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await call('iam', 'PutRolePolicy', { RoleName: name, PolicyName: 'Default', PolicyDocument: document });
  return clientsOf(gateway, gateway.accessKeyFor(name));
}

/**
 * Repeats the question until it returns a value. The time limit of the test ends a wait that never succeeds.
 */
export async function eventually<T>(question: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    await new Promise((resume) => setTimeout(resume, 10));
  }
}
