import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { parseStage } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';
import { ConnectorStack, type ConnectorStackProps } from '../../lib/connector-stack.ts';

export const projectRoot = join(import.meta.dirname, '../..');

/** Any value of a template: read it with `?.`, compare it with `toBe` and `toEqual`. */
export interface Value {
  readonly [key: string]: Value | undefined;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Value;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Value }>>;
}

export type SynthOptions = Partial<ConnectorStackProps>;

const synthesised = new Map<string, Template>();

/** Context of cdk.json, as the CLI passes it, without bundling, on which no property depends. */
export function cdkContext(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8'));
  return { ...context, 'aws:cdk:bundling-stacks': [] };
}

/** The template of a stage; made once per process. */
export function templateOf(stage: string): Template {
  const known = synthesised.get(stage);
  if (known) return known;
  const made = synthesise(stage);
  synthesised.set(stage, made);
  return made;
}

export function synthesise(stage: string, options: SynthOptions = {}): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'connector-synth-'));
  try {
    const app = new App({ context: cdkContext(), outdir });
    const id = `commercetools-fluent-${stage}`;
    new ConnectorStack(app, id, { config: parseStage(stage, stages), ...options });
    return structuredClone(app.synth().getStackByName(id).template) as Template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Logical id and resource of every resource of a type. */
export function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** Properties of the only resource of a type. */
export function propertiesOfOnly(template: Template, type: string): Value {
  const found = resourcesOf(template, type);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`expected one ${type}, found ${found.length}`);
  return only[1].Properties ?? {};
}

/** Lists of a template are arrays; `undefined` and single values become lists too, as in policies. */
export function listOf(value: Value | undefined): Value[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Logical id that a Ref or the first part of a GetAtt names. */
export function referenceOf(value: Value | undefined): string {
  const [ofAttribute] = listOf(value?.['Fn::GetAtt']);
  return String(value?.['Ref'] ?? ofAttribute ?? '');
}

export interface ReceivingQueue {
  readonly queueId: string;
  readonly queue: Value;
  readonly mapping: Value;
  readonly functionId: string;
  readonly function: Value;
}

/** Every queue that a function consumes, with its mapping and that function. */
export function receivingQueues(template: Template): ReceivingQueue[] {
  return resourcesOf(template, 'AWS::Lambda::EventSourceMapping').map(([, { Properties: mapping = {} }]) => {
    const queueId = referenceOf(mapping['EventSourceArn']);
    const functionId = referenceOf(mapping['FunctionName']);
    return {
      queueId,
      queue: template.Resources[queueId]?.Properties ?? {},
      mapping,
      functionId,
      function: template.Resources[functionId]?.Properties ?? {},
    };
  });
}

/** Logical ids of all dead-letter queues. */
export function deadLetterQueues(template: Template): Set<string> {
  const ids = new Set<string>();
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::SQS::Queue')
      ids.add(referenceOf(Properties?.['RedrivePolicy']?.['deadLetterTargetArn']));
    if (Type === 'AWS::Lambda::Function')
      ids.add(referenceOf(Properties?.['DeadLetterConfig']?.['TargetArn']));
    for (const target of listOf(Properties?.['Targets']))
      ids.add(referenceOf(target['DeadLetterConfig']?.['Arn']));
  }
  ids.delete('');
  return ids;
}
