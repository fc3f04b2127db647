import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Period of every alarm unless it says otherwise: five minutes costs nothing extra and is soon enough. */
export const alarmPeriod = Duration.minutes(5);

export interface AlarmProps {
  /** Heading in docs/runbook.md. */
  readonly name: string;
  /** Set where several resources share a heading, for example the id of a handler. */
  readonly subject?: string | undefined;
  /** What stops or is lost while this alarm is on. */
  readonly impact: string;
  readonly metric: IMetric;
  /** The alarm goes on at this value. */
  readonly threshold: number;
  /** Periods in a row that must breach. */
  readonly periods?: number;
}

/** All alarms of the stack, with one naming scheme and one topic. */
export class Alarms extends Construct {
  readonly raised: Alarm[] = [];
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: { readonly topicArn: string | undefined }) {
    super(scope, id);
    this.#topic =
      props.topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Topic', props.topicArn);
  }

  add(props: AlarmProps): void {
    const name = [props.name, props.subject].filter(Boolean).join('/');
    const alarm = new Alarm(this, name, {
      alarmName: `${Stack.of(this).stackName}/${name}`,
      alarmDescription: `${props.impact} What to do: docs/runbook.md, "${props.name}".`,
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.periods ?? 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Most of these metrics have no data points while nothing happens.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#topic) alarm.addAlarmAction(new SnsAction(this.#topic));
    this.raised.push(alarm);
  }
}
