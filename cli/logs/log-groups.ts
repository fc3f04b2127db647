import {
  type CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Target } from '../connection/connector-target.ts';

/** Log groups of the stack. CloudFormation names them `<stack>-<logical id>-<random>`; a logical id begins with a capital. */
export async function logGroupsOf(client: CloudWatchLogsClient, { stackName }: Target): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: `${stackName}-` })) {
    names.push(...(page.logGroups ?? []).map(({ logGroupName = '' }) => logGroupName));
  }
  return names.filter((name) => /^[A-Z]/.test(name.slice(stackName.length + 1)));
}

export interface LogEvent {
  readonly id: string;
  readonly at: number;
  readonly text: string;
}

/** Events of a group since `startTime`, oldest first; with an id, only those of that customer. */
export async function eventsOf(
  client: CloudWatchLogsClient,
  { logGroupName, startTime, id }: { logGroupName: string; startTime: number; id?: string | undefined },
): Promise<LogEvent[]> {
  const filter = id === undefined ? {} : { filterPattern: `{ $.id = "${id}" }` };
  const events: LogEvent[] = [];
  for await (const page of paginateFilterLogEvents({ client }, { logGroupName, startTime, ...filter })) {
    for (const { eventId, timestamp = 0, message = '' } of page.events ?? []) {
      const eventKey = `${logGroupName} ${eventId ?? `${timestamp} ${message}`}`;
      events.push({ id: eventKey, at: timestamp, text: message });
    }
  }
  return events;
}
