import { type Acknowledgment, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepted findings of the nag packs, each with its reason. */
export const acknowledged = {
  deadLetterQueue: [
    {
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself, with an alarm.',
    },
    {
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'It is a dead-letter queue itself, with an alarm.',
    },
  ],
  queueFunction: [
    {
      id: 'Serverless-LambdaTracing',
      reason: 'Correlation is the traceId of the event in structured logs; no tracer is bundled.',
    },
    {
      id: 'Serverless-LambdaDLQ',
      reason: 'Invoked by a queue mapping only; the queue has the dead-letter queue.',
    },
  ],
  asyncFunction: [
    {
      id: 'Serverless-LambdaTracing',
      reason: 'Calls one system at a time and logs every call; no tracer is bundled.',
    },
    {
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: 'An event that failed all tries goes to the function’s dead-letter queue, which has an alarm.',
    },
  ],
  callerFunction: [
    {
      id: 'Serverless-LambdaTracing',
      reason: 'Every action has an audit line with its id; no tracer is bundled.',
    },
    {
      id: 'Serverless-LambdaDLQ',
      reason: 'Invoked by callers that wait for the answer: they see the error themselves.',
    },
  ],
  metricData: [
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'cloudwatch:GetMetricData takes no resources. It reads counts; no metric holds personal data.',
    },
  ],
  replay: [
    {
      id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:replay/*]',
      reason: 'The name of a replay is given at its start. The archive it may read is granted exactly.',
    },
  ],
  queueMapping: [
    {
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'SQS sources have no failure destination; the queue redrives.',
    },
  ],
} satisfies Record<string, readonly Acknowledgment[]>;

export function acknowledge(construct: IConstruct, findings: readonly Acknowledgment[]): void {
  Validations.of(construct).acknowledge(...findings);
}
