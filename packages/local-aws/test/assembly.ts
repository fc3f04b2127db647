import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Gateway, JsonObject, ServiceCall } from '../src/contract.ts';
import { type DeployedStack, deployStack } from '../src/template/deploy.ts';

export interface Assets {
  /** Source of `index.mjs` by asset id. */
  readonly [id: string]: string;
}

/** Writes a cloud assembly with one stack `Shop`, as the CDK does. It is deleted after the test. */
export async function writeAssembly(
  template: JsonObject,
  assets: Assets = {},
  account = '000000000000',
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assembly-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = (file: string, content: unknown) => writeFile(join(folder, file), JSON.stringify(content));
  const files: JsonObject = {};
  for (const [id, source] of Object.entries(assets)) {
    await mkdir(join(folder, `asset.${id}`));
    await writeFile(join(folder, `asset.${id}`, 'index.mjs'), source);
    files[id] = {
      source: { path: `asset.${id}`, packaging: 'zip' },
      destinations: { d: { objectKey: `${id}.zip` } },
    };
  }
  await write('Shop.template.json', template);
  await write('Shop.assets.json', { version: '1', files });
  await write('manifest.json', {
    artifacts: {
      'Shop.assets': { type: 'cdk:asset-manifest', properties: { file: 'Shop.assets.json' } },
      Shop: {
        type: 'aws:cloudformation:stack',
        environment: `aws://${account}/eu-central-1`,
        properties: { templateFile: 'Shop.template.json' },
      },
    },
  });
  return folder;
}

export interface Recording {
  readonly gateway: Gateway;
  readonly calls: readonly Pick<ServiceCall, 'service' | 'operation' | 'input'>[];
}

/** A gateway that accepts and records every call. */
export function recordingGateway(): Recording {
  const calls: Pick<ServiceCall, 'service' | 'operation' | 'input'>[] = [];
  const answers: Record<string, (input: JsonObject) => JsonObject> = {
    CreateQueue: ({ QueueName }) => ({ QueueUrl: `http://127.0.0.1:1/000000000000/${QueueName}` }),
    CreateRole: ({ RoleName }) => ({
      Role: { RoleName: RoleName ?? '', Arn: `arn:aws:iam::000000000000:role/${RoleName}` },
    }),
    CreateFunction: ({ FunctionName }) => ({
      FunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${FunctionName}`,
    }),
    PutRule: ({ Name, EventBusName }) => ({ RuleArn: `arn:rule/${EventBusName}/${Name}` }),
    CreateSecret: ({ Name }) => ({ ARN: `arn:secret:${Name}-abcdef` }),
    CreateEventSourceMapping: () => ({ UUID: 'uuid', EventSourceMappingArn: 'arn:mapping:uuid' }),
  };
  const gateway: Pick<Gateway, 'url' | 'region' | 'accountId' | 'call' | 'route'> = {
    url: 'http://127.0.0.1:1',
    region: 'eu-central-1',
    accountId: '000000000000',
    call: async ({ service, operation, input }) => {
      calls.push({ service, operation, input });
      return answers[operation]?.(input) ?? {};
    },
    route: () => undefined,
  };
  return { gateway: gateway as Gateway, calls };
}

/** Deploys these resources against a recording gateway. */
export async function deployRecorded(
  Resources: JsonObject,
  rest: JsonObject = {},
  assets: Assets = {},
): Promise<Recording & { stack: DeployedStack }> {
  const recording = recordingGateway();
  const assembly = await writeAssembly({ ...rest, Resources }, assets);
  return {
    ...recording,
    stack: await deployStack({ assembly, stackName: 'Shop', gateway: recording.gateway }),
  };
}
