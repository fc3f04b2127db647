import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Json, JsonObject } from '../contract.ts';
import { TemplateError } from './template-error.ts';

/** A resource that the rest of the template can refer to. */
export interface DeployedResource {
  readonly type: string;
  /** The value of Ref. */
  readonly physicalId: string;
  /** The values of Fn::GetAtt. */
  readonly attributes: Readonly<Record<string, Json>>;
}

export interface StackResource extends DeployedResource {
  /** With every intrinsic function resolved, as the handler received them. */
  readonly properties: JsonObject;
}

export interface ResourceContext {
  readonly stackName: string;
  readonly logicalId: string;
  readonly region: string;
  readonly accountId: string;
  /** Calls a service as the host. */
  call(service: string, operation: string, input: JsonObject): Promise<JsonObject>;
  /** Folder of a bundled asset, by its object key. */
  assetFolder(objectKey: string): string;
  /** Adds a check that runs when all resources are created. */
  afterwards(check: (deployed: readonly DeployedResource[]) => void): void;
}

export type Created = Omit<DeployedResource, 'type'>;

export interface ResourceHandler {
  readonly type: string;
  create(properties: JsonObject, context: ResourceContext): Promise<Created>;
}

/**
 * A handler for one resource type. Its schema lists every supported property and, with `ignored`, those that
 * have no effect here. Any other property is an error, because a dropped property would make tests pass that
 * fail on AWS.
 */
export function resource<S extends z.ZodType>(
  definition: { type: string; file: string; properties: S },
  create: (properties: z.output<S>, context: ResourceContext) => Promise<Created> | Created,
): ResourceHandler {
  return {
    type: definition.type,
    async create(properties, context) {
      const { data, error } = definition.properties.safeParse(properties);
      if (!error) return create(data, context);
      const [issue] = error.issues;
      const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const path = [...(issue?.path ?? []), unknown].filter((part) => part !== undefined).join('.');
      throw new TemplateError(
        { logicalId: context.logicalId, path },
        `${definition.type}: ${unknown === undefined ? issue?.message : 'this property is not supported'}; extend packages/local-aws/src/template/resources/${definition.file}.ts`,
      );
    },
  };
}

/** Properties that are accepted and have no effect here. */
export function ignored<N extends string>(...names: N[]): Record<N, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(names.map((name) => [name, z.unknown().optional()])) as Record<
    N,
    z.ZodOptional<z.ZodUnknown>
  >;
}

/** CloudFormation also accepts numbers and booleans as strings. */
export const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);
export const document = z.record(z.string(), z.json());

/** `<stack>-<logicalId>-<hash><suffix>`, at most `limit` characters; the same at every start. */
export function generatedName({ stackName, logicalId }: ResourceContext, limit: number, suffix = ''): string {
  const hash = createHash('sha256')
    .update(`${stackName}/${logicalId}`)
    .digest('hex')
    .slice(0, 12)
    .toUpperCase();
  const available = limit - hash.length - suffix.length - 1;
  return `${`${stackName}-${logicalId}`.slice(0, available)}-${hash}${suffix}`;
}

/** An AWS request without the members that are undefined. */
export function request(members: Record<string, Json | undefined>): JsonObject {
  const input: JsonObject = {};
  for (const [name, value] of Object.entries(members)) if (value !== undefined) input[name] = value;
  return input;
}
