import * as z from 'zod';
import { document, flag, generatedName, ignored, number, request, resource } from '../resource.ts';

const file = 'sqs';
const text = (value: boolean | number | string | undefined) =>
  value === undefined ? undefined : String(value);

export const sqs = [
  resource(
    {
      type: 'AWS::SQS::Queue',
      file,
      properties: z.strictObject({
        QueueName: z.string().optional(),
        FifoQueue: flag.optional(),
        ContentBasedDeduplication: flag.optional(),
        DeduplicationScope: z.string().optional(),
        FifoThroughputLimit: z.string().optional(),
        DelaySeconds: number.optional(),
        VisibilityTimeout: number.optional(),
        MessageRetentionPeriod: number.optional(),
        MaximumMessageSize: number.optional(),
        ReceiveMessageWaitTimeSeconds: number.optional(),
        RedrivePolicy: document.optional(),
        RedriveAllowPolicy: document.optional(),
        SqsManagedSseEnabled: flag.optional(),
        ...ignored('KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'Tags'),
      }),
    },
    async (properties, context) => {
      const { QueueName, RedrivePolicy, RedriveAllowPolicy, FifoQueue } = properties;
      const name = QueueName ?? generatedName(context, 80, FifoQueue ? '.fifo' : '');
      const answer = await context.call('sqs', 'CreateQueue', {
        QueueName: name,
        Attributes: request({
          // AWS accepts only `true`; a standard queue must not have this attribute.
          FifoQueue: FifoQueue ? 'true' : undefined,
          ContentBasedDeduplication: text(properties.ContentBasedDeduplication),
          DeduplicationScope: properties.DeduplicationScope,
          FifoThroughputLimit: properties.FifoThroughputLimit,
          DelaySeconds: text(properties.DelaySeconds),
          VisibilityTimeout: text(properties.VisibilityTimeout),
          MessageRetentionPeriod: text(properties.MessageRetentionPeriod),
          MaximumMessageSize: text(properties.MaximumMessageSize),
          ReceiveMessageWaitTimeSeconds: text(properties.ReceiveMessageWaitTimeSeconds),
          SqsManagedSseEnabled: text(properties.SqsManagedSseEnabled),
          RedrivePolicy: RedrivePolicy && JSON.stringify(RedrivePolicy),
          RedriveAllowPolicy: RedriveAllowPolicy && JSON.stringify(RedriveAllowPolicy),
        }),
      });
      const url = String(answer['QueueUrl']);
      const arn = `arn:aws:sqs:${context.region}:${context.accountId}:${name}`;
      return { physicalId: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
  ),
  resource(
    {
      type: 'AWS::SQS::QueuePolicy',
      file,
      properties: z.strictObject({ PolicyDocument: document, Queues: z.array(z.string()) }),
    },
    async ({ PolicyDocument, Queues }, { call, logicalId }) => {
      for (const QueueUrl of Queues)
        await call('sqs', 'SetQueueAttributes', {
          QueueUrl,
          Attributes: { Policy: JSON.stringify(PolicyDocument) },
        });
      return { physicalId: logicalId, attributes: { Id: logicalId } };
    },
  ),
];
