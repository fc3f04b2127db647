import type { Json } from '../contract.ts';
import { isObject } from '../fields.ts';
import type { TemplateResource } from './cloud-assembly.ts';
import { callOf, partsOfSub } from './intrinsics.ts';
import { TemplateError } from './template-error.ts';

/**
 * Logical ids in an order in which each comes after the resources it refers to; otherwise the order of the
 * template.
 */
export function creationOrder(resources: Readonly<Record<string, TemplateResource>>): string[] {
  const ordered: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    if (done.has(id)) return;
    if (path.includes(id))
      throw new TemplateError(
        {},
        `circular dependency: ${[...path.slice(path.indexOf(id)), id].join(' -> ')}`,
      );
    const resource = resources[id];
    if (!resource) return;
    for (const needed of [resource.DependsOn].flat()) {
      if (!resources[needed])
        throw new TemplateError({ logicalId: id }, `DependsOn names ${needed}, which does not exist`);
      visit(needed, [...path, id]);
    }
    for (const needed of namesIn(resource.Properties)) visit(needed, [...path, id]);
    done.add(id);
    ordered.push(id);
  };
  for (const id of Object.keys(resources)) visit(id, []);
  return ordered;
}

/** Every name that a Ref, Fn::GetAtt or Fn::Sub refers to. */
export function namesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (!isObject(value)) return [];
  const call = callOf(value);
  if (call?.name === 'Ref') return [String(call.argument)];
  if (call?.name === 'Fn::GetAtt') {
    const [id] = Array.isArray(call.argument) ? call.argument : String(call.argument).split('.');
    return [String(id)];
  }
  if (call?.name === 'Fn::Sub') {
    const [text, variables] = Array.isArray(call.argument) ? call.argument : [call.argument];
    const own = isObject(variables) ? variables : {};
    const named = partsOfSub(String(text)).flatMap(({ name }) => (name ? [name.split('.')[0] ?? ''] : []));
    return [...named.filter((name) => !(name in own)), ...namesIn(own)];
  }
  return Object.values(value).flatMap(namesIn);
}
