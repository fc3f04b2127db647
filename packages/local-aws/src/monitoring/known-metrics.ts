import { AwsError } from '../contract.ts';

/** The metrics in the namespaces of AWS. Metrics in other namespaces are unknown until they are emitted. */
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

/** Throws ValidationException for a metric that AWS does not have: an alarm on it would never fire. */
export function checkMetricExists(namespace: string, name: string): void {
  if (!namespace.startsWith('AWS/')) return;
  if (known[namespace]?.includes(name)) return;
  throw new AwsError(
    'ValidationException',
    `${namespace} has no metric ${name}; see packages/local-aws/src/monitoring`,
  );
}
