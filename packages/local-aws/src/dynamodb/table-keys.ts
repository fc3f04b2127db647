import type { JsonObject } from '../contract.ts';
import { object, objects } from '../fields.ts';
import type { DynaliteCore } from './dynalite-core.ts';

/** Names of the key attributes of a table. */
export async function keyNames(core: DynaliteCore, TableName: string): Promise<string[]> {
  const answer = await core.send('DescribeTable', { TableName });
  return objects(object(answer, 'Table'), 'KeySchema').map((key) => String(key['AttributeName']));
}

/** The key attributes of an item of that table. */
export async function keyOf(core: DynaliteCore, TableName: string, item: JsonObject): Promise<JsonObject> {
  const names = await keyNames(core, TableName);
  return Object.fromEntries(names.map((name) => [name, item[name] ?? null]));
}
