import { AwsError, type Gateway } from '../parts.ts';

/** Last segment of a queue's ARN. Refuses any other ARN: queues are the only targets served here. */
export function queueName(arn: string): string {
  const name = /^arn:aws:sqs:[^:]+:\d{12}:([\w.-]+)$/.exec(arn)?.[1];
  if (!name) throw new AwsError('InvalidParameterValueException', `Not the ARN of a queue: ${arn}`);
  return name;
}

export const queueUrl = (gateway: Pick<Gateway, 'url' | 'accountId'>, arn: string): string =>
  `${gateway.url}/${gateway.accountId}/${queueName(arn)}`;
