import type { JsonObject, RequestCount, ServiceCall } from '../contract.ts';
import { isObject } from '../fields.ts';

/** Counts calls, and the items inside them, by service and operation. */
export class RequestCounts {
  readonly #counts = new Map<string, { service: string; operation: string; calls: number; items: number }>();

  add({ service, operation, input }: ServiceCall): void {
    const key = `${service}:${operation}`;
    const count = this.#counts.get(key) ?? { service, operation, calls: 0, items: 0 };
    count.calls += 1;
    count.items += itemsIn(operation, input);
    this.#counts.set(key, count);
  }

  list(): RequestCount[] {
    return [...this.#counts.values()].map((count) => ({ ...count }));
  }

  reset(): void {
    this.#counts.clear();
  }
}

function itemsIn(operation: string, input: JsonObject): number {
  if (Array.isArray(input['Entries'])) return input['Entries'].length;
  if (Array.isArray(input['TransactItems'])) return input['TransactItems'].length;
  if (isObject(input['RequestItems'])) {
    return Object.values(input['RequestItems']).reduce<number>((sum, request) => {
      if (Array.isArray(request)) return sum + request.length;
      return sum + (isObject(request) && Array.isArray(request['Keys']) ? request['Keys'].length : 0);
    }, 0);
  }
  return operation === 'GetParameters' && Array.isArray(input['Names']) ? input['Names'].length : 1;
}
