import * as z from 'zod';
import {
  type DeployedResource,
  flag,
  generatedName,
  ignored,
  number,
  request,
  resource,
} from '../resource.ts';

const file = 'cloudwatch';
const dimensions = z.array(z.strictObject({ Name: z.string(), Value: z.string() }));
type Dimensions = z.output<typeof dimensions>;
const metric = z.strictObject({
  Id: z.string(),
  Expression: z.string().optional(),
  Label: z.string().optional(),
  Period: number.optional(),
  ReturnData: flag.optional(),
  MetricStat: z
    .strictObject({
      Metric: z.strictObject({
        Namespace: z.string(),
        MetricName: z.string(),
        Dimensions: dimensions.optional(),
      }),
      Period: number,
      Stat: z.string(),
      Unit: z.string().optional(),
    })
    .optional(),
  ...ignored('AccountId'),
});
const actions = {
  AlarmName: z.string().optional(),
  AlarmDescription: z.string().optional(),
  ActionsEnabled: flag.optional(),
  AlarmActions: z.array(z.string()).optional(),
  OKActions: z.array(z.string()).optional(),
  InsufficientDataActions: z.array(z.string()).optional(),
};

/** Resource types whose names appear as dimensions, by AWS namespace and dimension. */
const namedBy: Record<string, readonly string[]> = {
  'AWS/SQS QueueName': ['AWS::SQS::Queue'],
  'AWS/Lambda FunctionName': ['AWS::Lambda::Function'],
  'AWS/DynamoDB TableName': ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'],
  'AWS/Events RuleName': ['AWS::Events::Rule'],
  'AWS/Events EventBusName': ['AWS::Events::EventBus'],
};

/** An alarm on the name of a resource that does not exist would never fire. */
function checkNames(namespace: string, used: Dimensions, deployed: readonly DeployedResource[]): void {
  for (const { Name, Value } of used) {
    const types = namedBy[`${namespace} ${Name}`];
    const names = deployed.filter(({ type }) => types?.includes(type)).map(metricName);
    // Ref of a rule on a custom bus is `bus|rule`, but metrics carry the name of the rule alone.
    const hint = Value.includes('|') ? "; the name is Fn.select(1, Fn.split('|', rule.ruleName))" : '';
    if (types && !names.includes(Value))
      throw new Error(`no resource of the stack has the name in the dimension ${Name} = ${Value}${hint}`);
  }
}

/** The name of a resource in its metrics, which is not always the value of Ref. */
function metricName({ type, physicalId, attributes }: DeployedResource): string {
  if (type === 'AWS::SQS::Queue') return String(attributes['QueueName']);
  return type === 'AWS::Events::Rule' ? physicalId.replace(/^.*\|/, '') : physicalId;
}

const plain = (value: object) => JSON.parse(JSON.stringify(value));

export const cloudwatch = [
  resource(
    {
      type: 'AWS::CloudWatch::Alarm',
      file,
      properties: z.strictObject({
        ...actions,
        ComparisonOperator: z.string(),
        EvaluationPeriods: number,
        DatapointsToAlarm: number.optional(),
        Threshold: number.optional(),
        TreatMissingData: z.string().optional(),
        Namespace: z.string().optional(),
        MetricName: z.string().optional(),
        Dimensions: dimensions.optional(),
        Period: number.optional(),
        Statistic: z.string().optional(),
        ExtendedStatistic: z.string().optional(),
        Unit: z.string().optional(),
        Metrics: z.array(metric).optional(),
        ...ignored('EvaluateLowSampleCountPercentile', 'Tags'),
      }),
    },
    async ({ Tags: _, EvaluateLowSampleCountPercentile: __, ...properties }, context) => {
      const { Namespace, Dimensions = [], Metrics = [] } = properties;
      const name = properties.AlarmName ?? generatedName(context, 255);
      await context.call('monitoring', 'PutMetricAlarm', { ...plain(properties), AlarmName: name });
      context.afterwards((deployed) => {
        checkNames(Namespace ?? '', Dimensions, deployed);
        for (const { MetricStat } of Metrics)
          checkNames(MetricStat?.Metric.Namespace ?? '', MetricStat?.Metric.Dimensions ?? [], deployed);
      });
      const arn = `arn:aws:cloudwatch:${context.region}:${context.accountId}:alarm:${name}`;
      return { physicalId: name, attributes: { Arn: arn } };
    },
  ),
  resource(
    {
      type: 'AWS::CloudWatch::CompositeAlarm',
      file,
      properties: z.strictObject({ ...actions, AlarmRule: z.string(), ...ignored('Tags') }),
    },
    async ({ Tags: _, ...properties }, context) => {
      const name = properties.AlarmName ?? generatedName(context, 255);
      await context.call('monitoring', 'PutCompositeAlarm', { ...plain(properties), AlarmName: name });
      const arn = `arn:aws:cloudwatch:${context.region}:${context.accountId}:alarm:${name}`;
      return { physicalId: name, attributes: { Arn: arn } };
    },
  ),
  resource(
    {
      type: 'AWS::CloudWatch::Dashboard',
      file,
      properties: z.strictObject({ DashboardName: z.string().optional(), DashboardBody: z.string() }),
    },
    async ({ DashboardName, DashboardBody }, context) => {
      const name = DashboardName ?? generatedName(context, 255);
      JSON.parse(DashboardBody);
      await context.call('monitoring', 'PutDashboard', request({ DashboardName: name, DashboardBody }));
      return { physicalId: name, attributes: {} };
    },
  ),
];
