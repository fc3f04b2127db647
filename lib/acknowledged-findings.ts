import { type Acknowledgment, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of the nag packs that are wanted as they are, each at the constructs it concerns and with its reason. */
export const acknowledged = {
  deadLetterQueue: [
    {
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself: the end of the way, with an alarm.',
    },
    {
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'It is a dead-letter queue itself: the end of the way, with an alarm.',
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
    { id: 'Serverless-LambdaTracing', reason: 'Runs once per deployment; its log holds all it does.' },
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
