import type { Arns } from '../arns.ts';
import type { JsonObject } from '../contract.ts';
import { object, objects, optionalText } from '../fields.ts';
import { type Grant, grantsOn } from './grant.ts';

/** A transaction needs the action of each of its items. The transaction itself has no action. */
const transactionActions: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

export function dynamodbGrants(operation: string, input: JsonObject, arns: Arns): Grant[] {
  if (operation.startsWith('Transact')) return transactionGrants(input, arns);
  const action = `dynamodb:${operation}`;
  if (operation.startsWith('Batch')) {
    return grantsOn(
      action,
      Object.keys(object(input, 'RequestItems')).map((table) => arns.table(table)),
    );
  }
  const table = optionalText(input, 'TableName');
  if (!table) return [{ action, resource: '*' }];
  const index = optionalText(input, 'IndexName');
  return [{ action, resource: arns.table(table) + (index ? `/index/${index}` : '') }];
}

function transactionGrants(input: JsonObject, arns: Arns): Grant[] {
  return objects(input, 'TransactItems').flatMap((item) =>
    Object.keys(item).map((kind) => ({
      action: `dynamodb:${transactionActions[kind] ?? kind}`,
      resource: arns.table(optionalText(object(item, kind), 'TableName') ?? '*'),
    })),
  );
}
