import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Target } from './target.ts';

/** Log groups of the stack. CloudFormation names them `<stack>-<logical id>-<random>`; logical ids begin with a capital. */
export async function logGroupsOf(client: CloudWatchLogsClient, { stackName }: Target): Promise<string[]> {
  const names: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: `${stackName}-`, ...(nextToken && { nextToken }) }),
    );
    names.push(...(page.logGroups ?? []).map(({ logGroupName = '' }) => logGroupName));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  return names.filter((name) => /^[A-Z]/.test(name.slice(stackName.length + 1)));
}

export interface LogEvent {
  readonly id: string;
  readonly at: number;
  readonly text: string;
}

/** Events of a group from a moment on, oldest first; of one customer only, if an id is given. */
export async function eventsOf(
  client: CloudWatchLogsClient,
  { logGroupName, startTime, id }: { logGroupName: string; startTime: number; id?: string | undefined },
): Promise<LogEvent[]> {
  const filterPattern = id === undefined ? undefined : `{ $.id = "${id}" }`;
  const events: FilteredLogEvent[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await client.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime,
        ...(filterPattern && { filterPattern }),
        ...(nextToken && { nextToken }),
      }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  return events.map(({ eventId, timestamp = 0, message = '' }) => ({
    id: `${logGroupName} ${eventId ?? `${timestamp} ${message}`}`,
    at: timestamp,
    text: message,
  }));
}
