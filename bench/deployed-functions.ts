import { join } from 'node:path';
import { isObject, type JsonObject } from '@fluent-connector/local-aws';
import { readStack, resolve, type Scope } from '@fluent-connector/local-aws/template';

export interface DeployedFunction {
  /** Name in logs and metrics. */
  readonly name: string;
  /** The deployed file, without source map and metafile. */
  readonly bundle: string;
  /** The variables of the template, with invented names of resources. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Names of resources are known only after deployment; to start, a bundle needs values of the right form. */
const unnamed: Scope = {
  // A queue is referred to by URL, a rule by `|name` at the end.
  ref: (logicalId) => `https://bench.invalid/${logicalId}|${logicalId}`,
  attribute: (logicalId, name) => `${logicalId}.${name}`,
  mapping: () => '',
  condition: () => true,
};

/** The functions of a synthesized stack, with the very bundles that `cdk deploy` sends. */
export async function deployedFunctions(assembly: string, stackName: string): Promise<DeployedFunction[]> {
  const { template, assets } = await readStack(assembly, stackName);
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .map(({ Properties }) => {
      const properties = resolve(Properties, unnamed) as JsonObject;
      const environment = variablesOf(properties);
      const code = isObject(properties['Code']) ? String(properties['Code']['S3Key']) : '';
      const folder = assets.get(code);
      if (folder === undefined) throw new Error(`The assembly holds no asset ${code}.`);
      return {
        name: environment['POWERTOOLS_SERVICE_NAME'] ?? '?',
        bundle: join(folder, 'index.mjs'),
        environment,
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The environment variables of a function's resolved properties. */
export function variablesOf(properties: JsonObject): Record<string, string> {
  const environment = properties['Environment'];
  const variables = isObject(environment) ? environment['Variables'] : undefined;
  if (!isObject(variables)) return {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
