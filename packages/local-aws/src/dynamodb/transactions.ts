import { AwsError, type JsonObject } from '../contract.ts';
import { isObject, object, objects, text } from '../fields.ts';
import type { DynaliteCore } from './dynalite-core.ts';
import { keyOf } from './table-keys.ts';

interface Step {
  readonly operation: string;
  readonly input: JsonObject;
}

const writes: Record<string, string> = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem' };

/**
 * Runs transactions one at a time, without any other call in between, and undoes the writes of a failed one.
 */
export class Transactions {
  readonly #core: DynaliteCore;
  #exclusive: Promise<unknown> = Promise.resolve();
  #transactions = 0;
  readonly #ordinaryCalls = new Set<Promise<unknown>>();

  constructor(core: DynaliteCore) {
    this.#core = core;
  }

  /** Runs an ordinary call while no transaction runs. */
  async runOutside<T>(run: () => Promise<T>): Promise<T> {
    while (this.#transactions > 0) await this.#exclusive;
    const running = run();
    this.#ordinaryCalls.add(running);
    return running.finally(() => this.#ordinaryCalls.delete(running));
  }

  write(input: JsonObject): Promise<JsonObject> {
    const steps = objects(input, 'TransactItems').map(stepOf);
    if (steps.length === 0 || steps.length > 100) {
      throw new AwsError('ValidationException', 'TransactItems must have 1 to 100 items');
    }
    return this.#runExclusively(() => this.#writeAll(steps));
  }

  read(input: JsonObject): Promise<JsonObject> {
    const gets = objects(input, 'TransactItems').map((item) => object(item, 'Get'));
    return this.#runExclusively(async () => {
      const Responses: JsonObject[] = [];
      for (const get of gets) {
        const { Item } = await this.#core.send('GetItem', { ...get, ConsistentRead: true });
        Responses.push(isObject(Item) ? { Item } : {});
      }
      return { Responses };
    });
  }

  async #runExclusively<T>(run: () => Promise<T>): Promise<T> {
    this.#transactions += 1;
    const before = this.#exclusive;
    const running = (async () => {
      await before.catch(() => undefined);
      await Promise.allSettled(this.#ordinaryCalls);
      return run();
    })();
    this.#exclusive = running.catch(() => undefined);
    return running.finally(() => {
      this.#transactions -= 1;
    });
  }

  async #writeAll(steps: readonly Step[]): Promise<JsonObject> {
    const undo: (() => Promise<unknown>)[] = [];
    const reasons: JsonObject[] = [];
    let units = 0;
    for (const step of steps) {
      const before = await this.#itemOf(step);
      try {
        const answer = await this.#execute(step, before);
        units += 2 * Number(object(answer, 'ConsumedCapacity')['CapacityUnits'] ?? 0);
        undo.unshift(() => this.#restore(step, before));
        reasons.push({ Code: 'None' });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        reasons.push(reasonOf(error, step, before));
      }
    }
    if (reasons.every(({ Code }) => Code === 'None')) return { ConsumedCapacity: [{ CapacityUnits: units }] };
    for (const restore of undo) await restore();
    const codes = reasons.map(({ Code }) => Code).join(', ');
    const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
    throw new AwsError('TransactionCanceledException', message, {
      members: { CancellationReasons: reasons },
    });
  }

  async #execute(step: Step, before: JsonObject | undefined): Promise<JsonObject> {
    const { ReturnValuesOnConditionCheckFailure: _, ...input } = step.input;
    const request = { ...input, ReturnConsumedCapacity: 'TOTAL' };
    if (step.operation !== 'ConditionCheck') return this.#core.send(step.operation, request);
    // An update without changes checks the condition, but creates an empty item when there is none.
    const answer = await this.#core.send('UpdateItem', request);
    await this.#restore(step, before);
    return answer;
  }

  async #keyOf({ operation, input }: Step): Promise<JsonObject> {
    if (operation !== 'PutItem') return object(input, 'Key');
    return keyOf(this.#core, text(input, 'TableName'), object(input, 'Item'));
  }

  async #itemOf(step: Step): Promise<JsonObject | undefined> {
    const TableName = text(step.input, 'TableName');
    const { Item } = await this.#core.send('GetItem', {
      TableName,
      Key: await this.#keyOf(step),
      ConsistentRead: true,
    });
    return isObject(Item) ? Item : undefined;
  }

  async #restore(step: Step, item: JsonObject | undefined): Promise<JsonObject> {
    const TableName = text(step.input, 'TableName');
    if (item) return this.#core.send('PutItem', { TableName, Item: item });
    return this.#core.send('DeleteItem', { TableName, Key: await this.#keyOf(step) });
  }
}

function stepOf(item: JsonObject): Step {
  const [kind = ''] = Object.keys(item);
  const operation = writes[kind] ?? kind;
  if (!writes[kind] && kind !== 'ConditionCheck')
    throw new AwsError('ValidationException', `Unknown write ${kind}`);
  return { operation, input: object(item, kind) };
}

function reasonOf(error: AwsError, { input }: Step, before: JsonObject | undefined): JsonObject {
  if (error.code !== 'ConditionalCheckFailedException')
    return { Code: error.code.replace('Exception', ''), Message: error.message };
  const wanted = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' && before;
  return { Code: 'ConditionalCheckFailed', Message: error.message, ...(wanted && { Item: before }) };
}
