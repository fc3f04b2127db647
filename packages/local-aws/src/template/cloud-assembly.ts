import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { JsonObject } from '../contract.ts';
import { TemplateError } from './template-error.ts';

const json = z.record(z.string(), z.json());
const manifestSchema = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      environment: z.string().optional(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          stackName: z.string().optional(),
          file: z.string().optional(),
        })
        .optional(),
    }),
  ),
});
const assetsSchema = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      source: z.looseObject({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.looseObject({ objectKey: z.string() })),
    }),
  ),
});
const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.unknown().optional(),
  Description: z.unknown().optional(),
  Metadata: z.unknown().optional(),
  /** Checks of the bootstrap version, which does not matter here. */
  Rules: z.unknown().optional(),
  Parameters: z
    .record(z.string(), z.looseObject({ Type: z.string(), Default: z.json().optional() }))
    .default({}),
  Mappings: z.record(z.string(), z.record(z.string(), json)).default({}),
  Conditions: json.default({}),
  Resources: z.record(
    z.string(),
    z.strictObject({
      Type: z.string(),
      Properties: json.default({}),
      DependsOn: z.union([z.string(), z.array(z.string())]).default([]),
      Condition: z.string().optional(),
      DeletionPolicy: z.unknown().optional(),
      UpdateReplacePolicy: z.unknown().optional(),
      Metadata: z.unknown().optional(),
    }),
  ),
  Outputs: z
    .record(z.string(), z.looseObject({ Value: z.json(), Condition: z.string().optional() }))
    .default({}),
});

export type Template = z.infer<typeof templateSchema>;
export type TemplateResource = Template['Resources'][string];

export interface StackAssembly {
  readonly stackName: string;
  /** `unknown-account` / `unknown-region` in an environment-agnostic stack. */
  readonly account: string;
  readonly region: string;
  readonly template: Template;
  /** Folder or file of each asset, by the object key in the template. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * Reads one stack of a cloud assembly (`cdk.out`). The name may be left out when the assembly holds one stack
 * only. Throws TemplateError when there is no such stack, or when its template has members that are not
 * supported.
 */
export async function readStack(folder: string, wantedName?: string): Promise<StackAssembly> {
  const read = async (file: string): Promise<JsonObject> =>
    JSON.parse(await readFile(join(folder, file), 'utf8'));
  const { artifacts } = manifestSchema.parse(await read('manifest.json'));
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const nameOf = ([id, { properties }]: (typeof stacks)[number]) => properties?.stackName ?? id;
  const [stack, ...others] = stacks.filter((each) => (wantedName ?? nameOf(each)) === nameOf(each));
  if (!stack || others.length > 0) {
    const names = stacks.map(nameOf).join(', ') || 'no stack';
    if (wantedName === undefined)
      throw new TemplateError({}, `name one stack of ${folder}, which holds ${names}`);
    throw new TemplateError({ stackName: wantedName }, `not in ${folder}, which holds ${names}`);
  }
  const stackName = nameOf(stack);
  const [id, { environment, properties }] = stack;
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment ?? '') ?? [];
  const parsed = templateSchema.safeParse(await read(properties?.templateFile ?? `${id}.template.json`));
  if (!parsed.success)
    throw new TemplateError(
      { stackName },
      `unsupported template, see packages/local-aws/src/template: ${z.prettifyError(parsed.error)}`,
    );

  const assets = new Map<string, string>();
  const assetFile = artifacts[`${id}.assets`]?.properties?.file;
  if (assetFile)
    for (const { source, destinations } of Object.values(assetsSchema.parse(await read(assetFile)).files))
      for (const { objectKey } of Object.values(destinations))
        if (source.path) assets.set(objectKey, join(folder, source.path));
  return { stackName, account, region, template: parsed.data, assets };
}
