import { type Arns, lastSegment } from '../arns.ts';
import type { JsonObject, ServiceCall } from '../contract.ts';
import { optionalText } from '../fields.ts';
import { dynamodbGrants } from './dynamodb-grants.ts';
import { eventsGrants } from './events-grants.ts';
import type { Grant } from './grant.ts';

type GrantsOf = (operation: string, input: JsonObject, arns: Arns) => Grant[];

const byService: Record<string, GrantsOf> = {
  sqs: sqsGrants,
  dynamodb: dynamodbGrants,
  events: eventsGrants,
  lambda: lambdaGrants,
  secretsmanager: (operation, input, arns) => {
    const id = optionalText(input, 'SecretId') ?? optionalText(input, 'Name');
    return [{ action: `secretsmanager:${operation}`, resource: id ? arns.secret(id) : '*' }];
  },
  ssm: (operation, input, arns) => {
    const names = Array.isArray(input['Names'])
      ? input['Names'].map(String)
      : [optionalText(input, 'Name') ?? '*'];
    return names.map((name) => ({ action: `ssm:${operation}`, resource: arns.parameter(name) }));
  },
  monitoring: (operation, input, arns) => {
    const alarm = optionalText(input, 'AlarmName');
    return [{ action: `cloudwatch:${operation}`, resource: alarm ? arns.alarm(alarm) : '*' }];
  },
  scheduler: (operation, input, arns) => [
    {
      action: `scheduler:${operation}`,
      resource: arns.schedule(
        optionalText(input, 'GroupName') ?? 'default',
        optionalText(input, 'Name') ?? '*',
      ),
    },
  ],
  logs: (operation, input, arns) => {
    const group = arns.logGroup(optionalText(input, 'logGroupName') ?? '*');
    const stream = optionalText(input, 'logStreamName');
    return [{ action: `logs:${operation}`, resource: stream ? `${group}:log-stream:${stream}` : group }];
  },
  // GetCallerIdentity needs no grant, as on AWS.
  sts: () => [],
};

/** The grants that a caller needs before this call is carried out. */
export function neededGrants(call: ServiceCall, arns: Arns): Grant[] {
  const grantsOf = byService[call.service];
  if (grantsOf) return grantsOf(call.operation, call.input, arns);
  return [{ action: `${call.service}:${call.operation}`, resource: '*' }];
}

function sqsGrants(operation: string, input: JsonObject, arns: Arns): Grant[] {
  const queue = optionalText(input, 'QueueUrl') ?? optionalText(input, 'QueueName');
  const source = optionalText(input, 'SourceArn');
  const action = `sqs:${operation.replace(/Batch$/, '')}`;
  if (!source) return [{ action, resource: queue ? arns.queue(lastSegment(queue)) : '*' }];
  const grants = [{ action, resource: source }];
  if (operation !== 'StartMessageMoveTask') return grants;
  const moving = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
  grants.push(...moving.map((name) => ({ action: `sqs:${name}`, resource: source })));
  const destination = optionalText(input, 'DestinationArn');
  if (destination) grants.push({ action: 'sqs:SendMessage', resource: destination });
  return grants;
}

function lambdaGrants(operation: string, input: JsonObject, arns: Arns): Grant[] {
  const action = `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`;
  const uuid = optionalText(input, 'UUID');
  if (uuid) return [{ action, resource: arns.mapping(uuid) }];
  const name = optionalText(input, 'FunctionName');
  if (!name || operation === 'ListEventSourceMappings') return [{ action, resource: '*' }];
  const qualifier = optionalText(input, 'Qualifier');
  return [{ action, resource: arns.lambda(name) + (qualifier ? `:${qualifier}` : '') }];
}
