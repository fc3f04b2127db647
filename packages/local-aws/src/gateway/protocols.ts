/** Prefix of `X-Amz-Target` and content type of the JSON services, by signing name. */
export const jsonServices: Readonly<Record<string, { target: string; contentType: string }>> = {
  sqs: { target: 'AmazonSQS', contentType: 'application/x-amz-json-1.0' },
  dynamodb: { target: 'DynamoDB_20120810', contentType: 'application/x-amz-json-1.0' },
  events: { target: 'AWSEvents', contentType: 'application/x-amz-json-1.1' },
  secretsmanager: { target: 'secretsmanager', contentType: 'application/x-amz-json-1.1' },
  ssm: { target: 'AmazonSSM', contentType: 'application/x-amz-json-1.1' },
  monitoring: { target: 'GraniteServiceVersion20100801', contentType: 'application/x-amz-json-1.0' },
  logs: { target: 'Logs_20140328', contentType: 'application/x-amz-json-1.1' },
};

export const restServices: readonly string[] = ['lambda', 'scheduler'];
