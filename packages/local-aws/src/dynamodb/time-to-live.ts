import { AwsError, type JsonObject } from '../contract.ts';
import { isObject, object, objects, text } from '../fields.ts';
import type { DynaliteCore } from './dynalite-core.ts';
import { keyOf } from './table-keys.ts';

/** Time to live: one attribute per table with epoch seconds. AWS may delete an expired item days later. */
export class TimeToLive {
  readonly #core: DynaliteCore;
  readonly #attributes = new Map<string, string>();

  constructor(core: DynaliteCore) {
    this.#core = core;
  }

  async update(input: JsonObject): Promise<JsonObject> {
    const TableName = text(input, 'TableName');
    await this.#core.send('DescribeTable', { TableName });
    const wanted = object(input, 'TimeToLiveSpecification');
    const attribute = text(wanted, 'AttributeName');
    if ((wanted['Enabled'] === true) === this.#attributes.has(TableName)) {
      throw new AwsError(
        'ValidationException',
        `TimeToLive is already ${wanted['Enabled'] ? 'enabled' : 'disabled'}`,
      );
    }
    if (wanted['Enabled'] === true) this.#attributes.set(TableName, attribute);
    else this.#attributes.delete(TableName);
    return { TimeToLiveSpecification: wanted };
  }

  async describe(input: JsonObject): Promise<JsonObject> {
    const TableName = text(input, 'TableName');
    await this.#core.send('DescribeTable', { TableName });
    const attribute = this.#attributes.get(TableName);
    const description = attribute
      ? { TimeToLiveStatus: 'ENABLED', AttributeName: attribute }
      : { TimeToLiveStatus: 'DISABLED' };
    return { TimeToLiveDescription: description };
  }

  async sweep(): Promise<number> {
    let deleted = 0;
    for (const [table, attribute] of this.#attributes) deleted += await this.#sweepTable(table, attribute);
    return deleted;
  }

  async #sweepTable(TableName: string, attribute: string): Promise<number> {
    const expired = {
      TableName,
      ExpressionAttributeNames: { '#ttl': attribute },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(Date.now() / 1000)) } },
    };
    let deleted = 0;
    let start: JsonObject | undefined;
    do {
      const page = await this.#core.send('Scan', {
        ...expired,
        FilterExpression: '#ttl <= :now',
        ...(start && { ExclusiveStartKey: start }),
      });
      for (const item of objects(page, 'Items')) {
        const Key = await keyOf(this.#core, TableName, item);
        // The condition keeps an item whose time to live was extended since the scan.
        const deletion = this.#core.send('DeleteItem', {
          ...expired,
          Key,
          ConditionExpression: '#ttl <= :now',
        });
        deleted += await deletion.then(
          () => 1,
          () => 0,
        );
      }
      start = isObject(page['LastEvaluatedKey']) ? page['LastEvaluatedKey'] : undefined;
    } while (start);
    return deleted;
  }
}
