import * as z from 'zod';
import type { JsonObject } from '../../contract.ts';
import { document, generatedName, ignored, number, request, resource } from '../resource.ts';

const file = 'events';
const target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string() })
    .optional(),
  SqsParameters: z.strictObject({ MessageGroupId: z.string() }).optional(),
  RetryPolicy: z
    .strictObject({ MaximumRetryAttempts: number.optional(), MaximumEventAgeInSeconds: number.optional() })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
});

export const events = [
  resource(
    {
      type: 'AWS::Events::EventBus',
      file,
      properties: z.strictObject({
        Name: z.string(),
        EventSourceName: z.string().optional(),
        ...ignored('Description', 'KmsKeyIdentifier', 'LogConfig', 'Tags'),
      }),
    },
    async ({ Name, EventSourceName }, { call, region, accountId }) => {
      await call('events', 'CreateEventBus', request({ Name, EventSourceName }));
      return {
        physicalId: Name,
        attributes: { Arn: `arn:aws:events:${region}:${accountId}:event-bus/${Name}`, Name },
      };
    },
  ),
  resource(
    {
      type: 'AWS::Events::Rule',
      file,
      properties: z.strictObject({
        Name: z.string().optional(),
        EventBusName: z.string().optional(),
        EventPattern: document.optional(),
        ScheduleExpression: z.string().optional(),
        State: z.string().optional(),
        Description: z.string().optional(),
        Targets: z.array(target).default([]),
        ...ignored('Tags'),
      }),
    },
    async (properties, context) => {
      const name = properties.Name ?? generatedName(context, 64);
      const bus = properties.EventBusName?.replace(/^arn:.*:event-bus\//, '') ?? 'default';
      const answer = await context.call(
        'events',
        'PutRule',
        request({
          Name: name,
          EventBusName: bus,
          EventPattern: properties.EventPattern && JSON.stringify(properties.EventPattern),
          ScheduleExpression: properties.ScheduleExpression,
          State: properties.State,
          Description: properties.Description,
        }),
      );
      if (properties.Targets.length > 0)
        checkTargets(
          await context.call('events', 'PutTargets', {
            Rule: name,
            EventBusName: bus,
            Targets: properties.Targets.map((entry): JsonObject => JSON.parse(JSON.stringify(entry))),
          }),
        );
      // AWS does this but does not document it: Ref of a rule on a custom bus is `bus|rule`.
      const physicalId = bus === 'default' ? name : `${bus}|${name}`;
      return { physicalId, attributes: { Arn: String(answer['RuleArn']) } };
    },
  ),
  resource(
    {
      type: 'AWS::Events::Archive',
      file,
      properties: z.strictObject({
        ArchiveName: z.string().optional(),
        SourceArn: z.string(),
        EventPattern: document.optional(),
        RetentionDays: number.optional(),
        Description: z.string().optional(),
        ...ignored('KmsKeyIdentifier'),
      }),
    },
    async (properties, context) => {
      const name = properties.ArchiveName ?? generatedName(context, 48);
      await context.call(
        'events',
        'CreateArchive',
        request({
          ArchiveName: name,
          EventSourceArn: properties.SourceArn,
          EventPattern: properties.EventPattern && JSON.stringify(properties.EventPattern),
          RetentionDays: properties.RetentionDays,
          Description: properties.Description,
        }),
      );
      const arn = `arn:aws:events:${context.region}:${context.accountId}:archive/${name}`;
      return { physicalId: name, attributes: { Arn: arn, ArchiveName: name } };
    },
  ),
];

/** PutTargets succeeds even when single targets fail. */
function checkTargets({ FailedEntryCount, FailedEntries }: JsonObject): void {
  if (FailedEntryCount) throw new Error(`targets refused: ${JSON.stringify(FailedEntries)}`);
}
