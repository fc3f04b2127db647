import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { noteText } from './render-run.ts';
import { count, counted, dollars, durationText } from './values.ts';
import { facts, type View } from './view.ts';

/** The estimate of a run. */
export function planView(plan: OperationOutput<'run.plan'>): View {
  const { fluentCalls, dynamoDbUnits, rate } = plan;
  const reason = plan.reason === undefined ? '' : ` (${plan.reason})`;
  return [
    `Estimate of a run of mode ${plan.mode}${reason}: ${counted(plan.customers, 'customer')}. Nothing was started.`,
    facts([
      ['duration', range(plan.seconds, (seconds) => durationText(seconds * 1_000))],
      ['rate', rateText(rate)],
      ['commercetools', `list queries: ${count(plan.commercetoolsQueries)}`],
      ['Fluent', `${range(fluentCalls, count)} calls`],
      ['SQS', counted(plan.sqsRequests, 'request')],
      ['DynamoDB', `${count(dynamoDbUnits.read)} read and ${count(dynamoDbUnits.write)} write units`],
      ['Lambda', counted(plan.lambdaInvocations, 'invocation')],
      ['AWS cost', range(plan.dollars, dollars)],
      ['note', noteText(plan)],
    ]),
    ...plan.obstacles.map((obstacle) => `  cannot start now: ${obstacle}`),
  ];
}

function rateText({ perSecond, fastest, source, runId }: OperationOutput<'run.plan'>['rate']): string {
  if (source === 'run') return `${perSecond} customers per second, as measured in run ${runId}`;
  if (source === 'assumed')
    return `${perSecond} customers per second, assumed because nothing was measured yet`;
  return `${perSecond} to ${fastest} customers per second: measured in the busiest minute of the last hour, to an assumed maximum`;
}

function range({ least, most }: { least: number; most: number }, text: (value: number) => string): string {
  return text(least) === text(most) ? text(least) : `${text(least)} to ${text(most)}`;
}
