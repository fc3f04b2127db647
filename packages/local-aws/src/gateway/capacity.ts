import type { Json, JsonObject, ServiceCall } from '../contract.ts';
import { isObject } from '../fields.ts';

const readOperations = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'];

/** Sums the consumed capacity of DynamoDB answers, and returns it only to callers that asked for it. */
export class Capacity {
  #readUnits = 0;
  #writeUnits = 0;

  count({ operation, input }: ServiceCall, answer: JsonObject): JsonObject {
    const units = unitsOf(answer['ConsumedCapacity']);
    if (readOperations.includes(operation)) this.#readUnits += units;
    else this.#writeUnits += units;
    if (input['ReturnConsumedCapacity'] === 'TOTAL' || input['ReturnConsumedCapacity'] === 'INDEXES')
      return answer;
    const { ConsumedCapacity: _, ...visible } = answer;
    return visible;
  }

  units(): { readUnits: number; writeUnits: number } {
    return { readUnits: this.#readUnits, writeUnits: this.#writeUnits };
  }
}

function unitsOf(consumed: Json | undefined): number {
  if (Array.isArray(consumed)) return consumed.reduce<number>((sum, entry) => sum + unitsOf(entry), 0);
  return isObject(consumed) ? Number(consumed['CapacityUnits'] ?? 0) : 0;
}
