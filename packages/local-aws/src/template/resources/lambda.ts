import * as z from 'zod';
import { flag, generatedName, ignored, number, request, resource } from '../resource.ts';

const file = 'lambda';
/** The framework function of cr.Provider never runs here, so its runtime does not matter. */
const isFramework = (variables: Record<string, string>) => 'USER_ON_EVENT_FUNCTION_ARN' in variables;

export const lambda = [
  resource(
    {
      type: 'AWS::Lambda::Function',
      file,
      properties: z.strictObject({
        FunctionName: z.string().optional(),
        Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
        Handler: z.string(),
        Role: z.string(),
        Runtime: z.string(),
        Timeout: number.optional(),
        MemorySize: number.optional(),
        Environment: z.strictObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
        ReservedConcurrentExecutions: number.optional(),
        RecursiveLoop: z.enum(['Allow', 'Terminate']).optional(),
        DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
        LoggingConfig: z.record(z.string(), z.string()).optional(),
        ...ignored('Architectures', 'Description', 'RuntimeManagementConfig', 'Tags', 'TracingConfig'),
      }),
    },
    async (properties, context) => {
      const name = properties.FunctionName ?? generatedName(context, 64);
      const variables = properties.Environment?.Variables ?? {};
      if (properties.Runtime !== 'nodejs24.x' && !isFramework(variables))
        throw new Error(`runtime ${properties.Runtime} is not supported, only nodejs24.x`);
      const answer = await context.call(
        'lambda',
        'CreateFunction',
        request({
          FunctionName: name,
          Role: properties.Role,
          Handler: properties.Handler,
          Runtime: properties.Runtime,
          Code: { Folder: context.assetFolder(properties.Code.S3Key) },
          Timeout: properties.Timeout,
          MemorySize: properties.MemorySize,
          Environment: { Variables: variables },
          DeadLetterConfig: properties.DeadLetterConfig,
          LoggingConfig: properties.LoggingConfig,
        }),
      );
      const { ReservedConcurrentExecutions, RecursiveLoop } = properties;
      if (ReservedConcurrentExecutions !== undefined)
        await context.call('lambda', 'PutFunctionConcurrency', {
          FunctionName: name,
          ReservedConcurrentExecutions,
        });
      if (RecursiveLoop)
        await context.call('lambda', 'PutFunctionRecursionConfig', { FunctionName: name, RecursiveLoop });
      return { physicalId: name, attributes: { Arn: String(answer['FunctionArn']) } };
    },
  ),
  resource(
    {
      type: 'AWS::Lambda::EventSourceMapping',
      file,
      properties: z.strictObject({
        EventSourceArn: z.string(),
        FunctionName: z.string(),
        BatchSize: number.optional(),
        MaximumBatchingWindowInSeconds: number.optional(),
        FunctionResponseTypes: z.array(z.string()).optional(),
        ScalingConfig: z.strictObject({ MaximumConcurrency: number.optional() }).optional(),
        Enabled: flag.optional(),
        ...ignored('Tags'),
      }),
    },
    async ({ Tags: _, ScalingConfig, ...properties }, { call }) => {
      const scaling = ScalingConfig && request({ MaximumConcurrency: ScalingConfig.MaximumConcurrency });
      const answer = await call(
        'lambda',
        'CreateEventSourceMapping',
        request({ ...properties, ScalingConfig: scaling }),
      );
      const id = String(answer['UUID']);
      return {
        physicalId: id,
        attributes: { Id: id, EventSourceMappingArn: String(answer['EventSourceMappingArn']) },
      };
    },
  ),
  resource(
    {
      type: 'AWS::Lambda::Permission',
      file,
      properties: z.strictObject({
        FunctionName: z.string(),
        Action: z.string(),
        Principal: z.string(),
        SourceArn: z.string().optional(),
        SourceAccount: z.string().optional(),
      }),
    },
    async (properties, { call, logicalId }) => {
      await call('lambda', 'AddPermission', request({ ...properties, StatementId: logicalId }));
      return { physicalId: logicalId, attributes: { Id: logicalId } };
    },
  ),
  resource(
    {
      type: 'AWS::Lambda::EventInvokeConfig',
      file,
      properties: z.strictObject({
        FunctionName: z.string(),
        Qualifier: z.literal('$LATEST'),
        MaximumRetryAttempts: number.optional(),
        DestinationConfig: z
          .strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() })
          .optional(),
        // Retries take less than a second here, so no event reaches this age.
        ...ignored('MaximumEventAgeInSeconds'),
      }),
    },
    async ({ FunctionName, MaximumRetryAttempts, DestinationConfig }, { call, logicalId }) => {
      const destinations = DestinationConfig && request({ OnFailure: DestinationConfig.OnFailure });
      await call(
        'lambda',
        'PutFunctionEventInvokeConfig',
        request({ FunctionName, MaximumRetryAttempts, DestinationConfig: destinations }),
      );
      return { physicalId: logicalId, attributes: {} };
    },
  ),
];
