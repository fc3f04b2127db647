import { AwsError } from '../parts.ts';

/** Metrics of AWS itself that may be alarmed on; of own namespaces nothing is known before they are emitted. */
const known: Readonly<Record<string, readonly string[]>> = {
  'AWS/SQS': [
    'ApproximateAgeOfOldestMessage',
    'ApproximateNumberOfMessagesDelayed',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesVisible',
    'NumberOfEmptyReceives',
    'NumberOfMessagesDeleted',
    'NumberOfMessagesReceived',
    'NumberOfMessagesSent',
    'SentMessageSize',
  ],
  'AWS/Lambda': [
    'AsyncEventAge',
    'AsyncEventsDropped',
    'AsyncEventsReceived',
    'ConcurrentExecutions',
    'DeadLetterErrors',
    'DestinationDeliveryFailures',
    'Duration',
    'Errors',
    'Invocations',
    'IteratorAge',
    'RecursiveInvocationsDropped',
    'Throttles',
  ],
  'AWS/Events': [
    'FailedInvocations',
    'IngestionToInvocationStartLatency',
    'Invocations',
    'InvocationsFailedToBeSentToDlq',
    'InvocationsSentToDlq',
    'MatchedEvents',
    'PutEventsFailedEntriesCount',
    'RetryInvocationAttempts',
    'ThrottledRules',
    'TriggeredRules',
  ],
  'AWS/DynamoDB': [
    'ConditionalCheckFailedRequests',
    'ConsumedReadCapacityUnits',
    'ConsumedWriteCapacityUnits',
    'ReadThrottleEvents',
    'SuccessfulRequestLatency',
    'SystemErrors',
    'ThrottledRequests',
    'UserErrors',
    'WriteThrottleEvents',
  ],
};

/** An alarm on a metric that AWS does not have would stay silent for ever. Throws ValidationException. */
export function checkMetricExists(namespace: string, name: string): void {
  if (!namespace.startsWith('AWS/')) return;
  if (known[namespace]?.includes(name)) return;
  throw new AwsError(
    'ValidationException',
    `No metric ${name} in ${namespace} is known; see packages/local-aws/src/monitoring`,
  );
}
