import type { Gateway, Json } from '../contract.ts';
import type { Template } from './cloud-assembly.ts';
import { evaluateCondition, type Scope } from './intrinsics.ts';
import type { DeployedResource } from './resource.ts';
import { TemplateError } from './template-error.ts';

export interface StackPlace {
  readonly stackName: string;
  readonly stackId: string;
  readonly region: string;
  readonly accountId: string;
}

interface ScopeOptions {
  readonly place: StackPlace;
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, Json>;
  /** Grows during the deployment. */
  readonly deployed: ReadonlyMap<string, DeployedResource>;
}

/** The scope of one stack during its deployment. */
export function createStackScope({ place, template, parameters, deployed }: ScopeOptions): Scope {
  const pseudo = new Map<string, Json | undefined>([
    ['AWS::AccountId', place.accountId],
    ['AWS::Region', place.region],
    ['AWS::Partition', 'aws'],
    ['AWS::URLSuffix', 'amazonaws.com'],
    ['AWS::StackName', place.stackName],
    ['AWS::StackId', place.stackId],
    ['AWS::NotificationARNs', []],
    ['AWS::NoValue', undefined],
  ]);
  const scope: Scope = {
    ref(name, path) {
      if (pseudo.has(name)) return pseudo.get(name);
      const value = deployed.get(name)?.physicalId ?? parameters.get(name);
      if (value === undefined) throw new TemplateError({ path }, `Ref to ${name}, which does not exist`);
      return value;
    },
    attribute(logicalId, name, path) {
      const resource = deployed.get(logicalId);
      if (!resource) throw new TemplateError({ path }, `Fn::GetAtt of ${logicalId}, which does not exist`);
      const value = resource.attributes[name];
      if (value === undefined)
        throw new TemplateError({ path }, `${logicalId} (${resource.type}) has no attribute ${name}`);
      return value;
    },
    mapping(map, first, second, path) {
      const value = template.Mappings[map]?.[first]?.[second];
      if (value === undefined) throw new TemplateError({ path }, `no mapping ${map}.${first}.${second}`);
      return value;
    },
    condition(name, path) {
      const condition = template.Conditions[name];
      if (condition === undefined) throw new TemplateError({ path }, `no condition ${name}`);
      return evaluateCondition(condition, scope, path);
    },
  };
  return scope;
}

/** Values of the template parameters: their defaults, or the SSM parameters that the defaults name. */
export async function readParameters(
  template: Template,
  gateway: Pick<Gateway, 'call'>,
): Promise<Map<string, Json>> {
  const values = new Map<string, Json>();
  for (const [name, { Type, Default }] of Object.entries(template.Parameters)) {
    // The version of the bootstrap stack does not matter here.
    if (name === 'BootstrapVersion') continue;
    if (Default === undefined)
      throw new TemplateError({ path: `Parameters.${name}` }, 'has no default value');
    values.set(
      name,
      Type.startsWith('AWS::SSM::Parameter::Value') ? await stored(String(Default), gateway) : Default,
    );
  }
  return values;
}

async function stored(name: string, gateway: Pick<Gateway, 'call'>): Promise<Json> {
  const caller = { kind: 'host' } as const;
  const answer = await gateway.call({
    service: 'ssm',
    operation: 'GetParameter',
    input: { Name: name },
    caller,
  });
  const parameter = answer['Parameter'];
  return parameter && typeof parameter === 'object' && !Array.isArray(parameter)
    ? (parameter['Value'] ?? '')
    : '';
}
