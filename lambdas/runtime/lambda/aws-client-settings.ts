/**
 * Timeouts of every AWS client. SQS, DynamoDB and EventBridge answer within tens of milliseconds, and two tries of 2 s fit into the
 * time that create-handler reserves. Without them a hanging connection would outlive its invocation.
 */
export const awsClientSettings = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};
