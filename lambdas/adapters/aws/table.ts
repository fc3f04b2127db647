import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConnectorError } from '../../core/base/errors.ts';

export interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Column -> value. */
export type Item = Record<string, AttributeValue>;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const flag = (value: boolean): AttributeValue => ({ BOOL: value });
export const json = (value: unknown): AttributeValue => text(JSON.stringify(value));

export const textOf = (item: Item, column: string): string => item[column]?.S ?? '';
export const numberOf = (item: Item, column: string): number => Number(item[column]?.N ?? 0);

/** Throttles, outages and lost answers of the table are all worth a retry: every write may be repeated. */
export function rethrowTableError(error: unknown): never {
  const name = error instanceof Error ? error.name : 'Unknown';
  throw new ConnectorError(
    { failureClass: 'retry', code: `STATE_${name}` },
    `The table did not answer: ${name}.`,
    { cause: error },
  );
}
