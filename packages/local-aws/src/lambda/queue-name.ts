import { AwsError, type Gateway } from '../contract.ts';

/** The name in the ARN of a queue. Throws InvalidParameterValueException for any other ARN. */
export function queueName(arn: string): string {
  const name = /^arn:aws:sqs:[^:]+:\d{12}:([\w.-]+)$/.exec(arn)?.[1];
  if (!name) throw new AwsError('InvalidParameterValueException', `Not the ARN of a queue: ${arn}`);
  return name;
}

export const queueUrl = (gateway: Pick<Gateway, 'url' | 'accountId'>, arn: string): string =>
  `${gateway.url}/${gateway.accountId}/${queueName(arn)}`;
