import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../contract.ts';
import { type CustomResources, isCustomResource } from './custom-resource.ts';
import type { Created, StackResource } from './resource.ts';
import { locateErrors } from './template-error.ts';

interface Wanted {
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** The resource of the previous deployment, if any. */
  readonly known: StackResource | undefined;
}

/**
 * Sends Create, or Update when properties changed, or nothing. A new physical id means a replacement:
 * `replaced` receives the old resource, which must be deleted at the end of the deployment.
 */
export async function applyCustomResource(
  custom: CustomResources,
  wanted: Wanted,
  replaced: (old: StackResource) => void,
): Promise<Created> {
  const { known, type, ...rest } = wanted;
  if (!known) {
    const { physicalId, data } = await custom.send({ ...rest, resourceType: type, requestType: 'Create' });
    return { physicalId, attributes: data };
  }
  if (isDeepStrictEqual(known.properties, wanted.properties)) return known;
  const { physicalId, data } = await custom.send({
    ...rest,
    resourceType: type,
    requestType: 'Update',
    physicalId: known.physicalId,
    oldProperties: known.properties,
  });
  if (physicalId !== known.physicalId) replaced(known);
  return { physicalId, attributes: data };
}

/** Sends Delete to the custom resources among these, in reverse order of creation. */
export async function deleteCustomResources(
  custom: CustomResources,
  stack: { stackName: string; stackId: string },
  resources: readonly (readonly [string, StackResource])[],
): Promise<void> {
  for (const [logicalId, { type, physicalId, properties }] of [...resources].reverse())
    if (isCustomResource(type))
      await locateErrors({ stackName: stack.stackName, logicalId }, () =>
        custom.send({
          requestType: 'Delete',
          stackId: stack.stackId,
          resourceType: type,
          logicalId,
          properties,
          physicalId,
        }),
      );
}
