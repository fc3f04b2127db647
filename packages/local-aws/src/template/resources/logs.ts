import * as z from 'zod';
import { generatedName, ignored, number, resource } from '../resource.ts';

export const logs = [
  resource(
    {
      type: 'AWS::Logs::LogGroup',
      file: 'logs',
      properties: z.strictObject({
        LogGroupName: z.string().optional(),
        RetentionInDays: number.optional(),
        ...ignored('DataProtectionPolicy', 'KmsKeyId', 'LogGroupClass', 'Tags'),
      }),
    },
    async ({ LogGroupName, RetentionInDays }, context) => {
      const name = LogGroupName ?? generatedName(context, 512);
      await context.call('logs', 'CreateLogGroup', { logGroupName: name });
      if (RetentionInDays !== undefined)
        await context.call('logs', 'PutRetentionPolicy', {
          logGroupName: name,
          retentionInDays: RetentionInDays,
        });
      const arn = `arn:aws:logs:${context.region}:${context.accountId}:log-group:${name}:*`;
      return { physicalId: name, attributes: { Arn: arn } };
    },
  ),
  resource(
    {
      type: 'AWS::Logs::ResourcePolicy',
      file: 'logs',
      properties: z.strictObject({ PolicyName: z.string(), PolicyDocument: z.string() }),
    },
    async ({ PolicyName, PolicyDocument }, { call }) => {
      await call('logs', 'PutResourcePolicy', { policyName: PolicyName, policyDocument: PolicyDocument });
      return { physicalId: PolicyName, attributes: {} };
    },
  ),
];
