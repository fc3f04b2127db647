import * as z from 'zod';
import { generatedName, ignored, resource } from '../resource.ts';

/** Topics only have names, so that alarms can refer to them. Nothing is delivered. */
export const sns = [
  resource(
    {
      type: 'AWS::SNS::Topic',
      file: 'sns',
      properties: z.strictObject({
        TopicName: z.string().optional(),
        ...ignored('DisplayName', 'FifoTopic', 'KmsMasterKeyId', 'Subscription', 'Tags', 'TracingConfig'),
      }),
    },
    ({ TopicName }, context) => {
      const name = TopicName ?? generatedName(context, 256);
      const arn = `arn:aws:sns:${context.region}:${context.accountId}:${name}`;
      return { physicalId: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  ),
  ...['AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy', 'AWS::SNS::Subscription'].map((type) =>
    resource({ type, file: 'sns', properties: z.looseObject({}) }, (_, { logicalId }) => ({
      physicalId: logicalId,
      attributes: {},
    })),
  ),
];
