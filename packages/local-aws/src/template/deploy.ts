import { isDeepStrictEqual } from 'node:util';
import { type Gateway, host, type Json, type JsonObject } from '../contract.ts';
import { isObject } from '../fields.ts';
import { readStack, type StackAssembly } from './cloud-assembly.ts';
import { createCustomResources, isCustomResource } from './custom-resource.ts';
import { applyCustomResource, deleteCustomResources } from './custom-resource-lifecycle.ts';
import { resolve } from './intrinsics.ts';
import { creationOrder } from './order.ts';
import type { Created, ResourceContext, StackResource } from './resource.ts';
import { resourceHandlers } from './resources/resource-handlers.ts';
import { createStackScope, readParameters } from './stack-scope.ts';
import { locateErrors, TemplateError } from './template-error.ts';

export interface DeployOptions {
  /** The cloud assembly, `cdk.out`. */
  readonly assembly: string;
  readonly stackName: string;
  readonly gateway: Gateway;
  /**
   * The result of an earlier deployment. Only custom resources may differ from it; they receive Update or
   * Delete. Without it, everything is created.
   */
  readonly previous?: DeployedStack;
  /** Upper bound of the ServiceTimeout of custom resources in seconds; 60 by default. */
  readonly customResourceWaitSeconds?: number;
}

export interface DeployedStack {
  readonly stackId: string;
  readonly outputs: Readonly<Record<string, Json>>;
  /** By logical id, in the order of creation. */
  readonly resources: ReadonlyMap<string, StackResource>;
  /**
   * Sends Delete to every custom resource, in reverse order of creation. Nothing else outlives the process.
   */
  remove(): Promise<void>;
}

/**
 * Creates the resources of a synthesized template in the order of their references. Throws TemplateError with
 * stack, logical id and property when a resource cannot be created exactly as written.
 */
export async function deployStack(options: DeployOptions): Promise<DeployedStack> {
  const { gateway, stackName, previous } = options;
  const stack = await readStack(options.assembly, stackName);
  checkEnvironment(stack, gateway);
  const { region, accountId } = gateway;
  const stackId = `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`;
  const custom = createCustomResources(gateway, options.customResourceWaitSeconds ?? 60);
  const resources = new Map<string, StackResource>();
  const checks: (() => Promise<void>)[] = [];
  const replaced: (readonly [string, StackResource])[] = [];
  const scope = createStackScope({
    place: { stackName, stackId, region, accountId },
    template: stack.template,
    parameters: await readParameters(stack.template, gateway),
    deployed: resources,
  });

  const contextOf = (logicalId: string): ResourceContext => ({
    stackName,
    logicalId,
    region,
    accountId,
    call: (service, operation, input) => gateway.call({ service, operation, input, caller: host }),
    assetFolder: (objectKey) => assetOf(stack, objectKey),
    afterwards: (check) =>
      checks.push(() => locateErrors({ stackName, logicalId }, () => check([...resources.values()]))),
  });
  const apply = async (logicalId: string, type: string, properties: JsonObject): Promise<Created> => {
    const known = previous?.resources.get(logicalId);
    if (isCustomResource(type))
      return applyCustomResource(custom, { stackId, logicalId, type, properties, known }, (old) =>
        replaced.push([logicalId, old]),
      );
    if (!known) return create(type, properties, contextOf(logicalId));
    if (isDeepStrictEqual(known.properties, properties)) return known;
    throw new Error('only custom resources can be updated; start again');
  };

  for (const logicalId of creationOrder(stack.template.Resources)) {
    const definition = stack.template.Resources[logicalId];
    if (!definition || definition.Type === 'AWS::CDK::Metadata') continue;
    if (definition.Condition && !scope.condition(definition.Condition, logicalId)) continue;
    await locateErrors({ stackName, logicalId }, async () => {
      const properties = resolve(definition.Properties, scope);
      if (!isObject(properties)) throw new Error('properties must be an object');
      const { physicalId, attributes } = await apply(logicalId, definition.Type, properties);
      resources.set(logicalId, { type: definition.Type, physicalId, attributes, properties });
    });
  }
  for (const check of checks) await check();
  const removed = [...(previous?.resources ?? [])].filter(([logicalId]) => !resources.has(logicalId));
  await deleteCustomResources(custom, { stackName, stackId }, [...removed, ...replaced]);

  const outputs: Record<string, Json> = {};
  for (const [name, { Value, Condition }] of Object.entries(stack.template.Outputs))
    if (!Condition || scope.condition(Condition, name))
      outputs[name] = resolve(Value, scope, `Outputs.${name}`) ?? null;
  return {
    stackId,
    outputs,
    resources,
    remove: () => deleteCustomResources(custom, { stackName, stackId }, [...resources]),
  };
}

function create(type: string, properties: JsonObject, context: ResourceContext): Promise<Created> {
  const handler = resourceHandlers.get(type);
  if (handler) return handler.create(properties, context);
  throw new Error(`${type} is not supported; add a handler in packages/local-aws/src/template/resources`);
}

function assetOf(stack: StackAssembly, objectKey: string): string {
  const folder = stack.assets.get(objectKey);
  if (folder) return folder;
  throw new Error(`the assembly holds no asset ${objectKey}`);
}

/** Resources of another account or region would be created, but their ARNs never found. */
function checkEnvironment({ stackName, account, region }: StackAssembly, gateway: Gateway): void {
  const foreign =
    (account !== gateway.accountId && account !== 'unknown-account') ||
    (region !== gateway.region && region !== 'unknown-region');
  if (foreign)
    throw new TemplateError(
      { stackName },
      `synthesized for ${account}/${region}, this is ${gateway.accountId}/${gateway.region}`,
    );
}
