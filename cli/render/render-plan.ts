import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { noteText } from './render-run.ts';
import { factList } from './text-table.ts';
import { count, counted, dollars, durationText } from './values.ts';

/** What a run would take. */
export function planText(plan: OperationOutput<'run.plan'>): string {
  const { fluentCalls, dynamoDbUnits, rate } = plan;
  const reason = plan.reason === undefined ? '' : ` (${plan.reason})`;
  const obstacles = plan.obstacles.map((obstacle) => `  cannot start now: ${obstacle}`);
  return [
    `A${/^[aeiou]/.test(plan.mode) ? 'n' : ''} ${plan.mode} run${reason} would look at ${counted(plan.customers, 'customer')}. Nothing was started.`,
    factList([
      ['duration', range(plan.seconds, (seconds) => durationText(seconds * 1_000))],
      ['at', rateText(rate)],
      ['commercetools', counted(plan.commercetoolsQueries, 'list query').replace('querys', 'queries')],
      ['Fluent', `${range(fluentCalls, count)} calls`],
      ['SQS', counted(plan.sqsRequests, 'request')],
      ['DynamoDB', `${count(dynamoDbUnits.read)} read and ${count(dynamoDbUnits.write)} write units`],
      ['Lambda', counted(plan.lambdaInvocations, 'invocation')],
      ['AWS cost', range(plan.dollars, dollars)],
      ['note', noteText(plan)],
    ]),
    ...obstacles,
  ].join('\n');
}

/** A guess is called one. */
function rateText({ perSecond, fastest, source, runId }: OperationOutput<'run.plan'>['rate']): string {
  if (source === 'run') return `${perSecond} customers a second, as run ${runId} did`;
  if (source === 'assumed') return `${perSecond} customers a second; a guess, nothing was measured yet`;
  return `${perSecond} to ${fastest} customers a second; a guess: the least is what the busiest minute of the last hour had, the most is assumed`;
}

function range({ least, most }: { least: number; most: number }, text: (value: number) => string): string {
  return text(least) === text(most) ? text(least) : `${text(least)} to ${text(most)}`;
}
