import { lastSegment } from '../arns.ts';
import { AwsError, type JsonObject } from '../contract.ts';
import { object, optionalText, parseObject, text } from '../fields.ts';
import type { Fauxqs } from './fauxqs.ts';

/**
 * Throws InvalidParameterValue when the dead-letter queue does not exist, as AWS does. fauxqs would accept it
 * and deliver a failing message forever.
 */
export async function checkRedrivePolicy(fauxqs: Fauxqs, input: JsonObject): Promise<void> {
  const json = optionalText(object(input, 'Attributes'), 'RedrivePolicy');
  if (!json) return;
  const policy = parseObject(json, 'RedrivePolicy', 'InvalidAttributeValue');
  const target = text(policy, 'deadLetterTargetArn');
  const count = Number(policy['maxReceiveCount']);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidRedrive(`maxReceiveCount ${JSON.stringify(policy['maxReceiveCount'])} is not 1 to 1000`);
  }
  const url = await fauxqs.send('GetQueueUrl', { QueueName: lastSegment(target) }).catch(() => undefined);
  const attributes =
    url && (await fauxqs.send('GetQueueAttributes', { ...url, AttributeNames: ['QueueArn'] }));
  if (!attributes || object(attributes, 'Attributes')['QueueArn'] !== target)
    throw invalidRedrive(`target ${target} does not exist`);
  const source = lastSegment(optionalText(input, 'QueueUrl') ?? text(input, 'QueueName'));
  if (source.endsWith('.fifo') !== target.endsWith('.fifo'))
    throw invalidRedrive('a queue and its dead-letter queue must have the same type');
}

function invalidRedrive(reason: string): AwsError {
  return new AwsError(
    'InvalidParameterValue',
    `Value for parameter RedrivePolicy is invalid. Reason: ${reason}.`,
  );
}
