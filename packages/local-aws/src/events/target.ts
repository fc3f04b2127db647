import { lastSegment } from '../arns.ts';
import { AwsError, type Caller, type JsonObject } from '../contract.ts';
import { object, optionalNumber, optionalText, text } from '../fields.ts';
import { type TargetInput, targetInput } from './target-input.ts';

/** A valid target of a rule. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly kind: 'queue' | 'function' | 'bus';
  readonly input: TargetInput;
  readonly messageGroupId?: string;
  readonly role?: string;
  readonly deadLetterArn?: string;
  readonly maxRetries: number;
  readonly maxAgeSeconds: number;
  /** The input of PutTargets, for ListTargetsByRule. */
  readonly definition: JsonObject;
}

const known = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'DeadLetterConfig',
  'RetryPolicy',
  'SqsParameters',
];

/**
 * Throws ValidationException for a target that is not supported, because ignoring it would hide a difference
 * to AWS.
 */
export function readTarget(definition: JsonObject): Target {
  const unsupported = Object.keys(definition).find((name) => !known.includes(name));
  if (unsupported) throw invalid(`${unsupported} is not supported`);
  const arn = text(definition, 'Arn');
  const kind = kindOf(arn);
  const retry = object(definition, 'RetryPolicy');
  const group = optionalText(object(definition, 'SqsParameters'), 'MessageGroupId');
  const deadLetterArn = optionalText(object(definition, 'DeadLetterConfig'), 'Arn');
  const role = optionalText(definition, 'RoleArn');
  if (arn.endsWith('.fifo') && kind === 'queue' && !group)
    throw invalid('a FIFO queue needs SqsParameters.MessageGroupId');
  if (deadLetterArn?.endsWith('.fifo'))
    throw invalid('a dead-letter queue of a rule must be a standard queue');
  return {
    id: text(definition, 'Id'),
    arn,
    kind,
    input: targetInput(definition),
    maxRetries: within(optionalNumber(retry, 'MaximumRetryAttempts') ?? 185, 0, 185, 'MaximumRetryAttempts'),
    maxAgeSeconds: within(
      optionalNumber(retry, 'MaximumEventAgeInSeconds') ?? 86_400,
      60,
      86_400,
      'MaximumEventAgeInSeconds',
    ),
    definition,
    ...(group && { messageGroupId: group }),
    ...(role && { role: lastSegment(role) }),
    ...(deadLetterArn && { deadLetterArn }),
  };
}

/**
 * A rule calls with the role of the target. Without a role it calls as EventBridge, which the target's policy
 * must allow.
 */
export function callerOf(target: Target, ruleArn: string): Caller {
  if (target.role) return { kind: 'role', role: target.role, source: ruleArn };
  return { kind: 'service', principal: 'events.amazonaws.com', sourceArn: ruleArn };
}

function kindOf(arn: string): Target['kind'] {
  if (arn.startsWith('arn:aws:sqs:')) return 'queue';
  if (arn.startsWith('arn:aws:lambda:')) return 'function';
  if (/^arn:aws:events:.*:event-bus\//.test(arn)) return 'bus';
  throw invalid(`this kind of target is not supported: ${arn}`);
}

function within(value: number, low: number, high: number, name: string): number {
  if (value >= low && value <= high) return value;
  throw invalid(`${name} must be ${low} to ${high}`);
}

function invalid(reason: string): AwsError {
  return new AwsError('ValidationException', `Target not valid: ${reason}.`);
}
