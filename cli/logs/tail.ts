import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CliError } from '../cli-error.ts';
import type { Session } from '../session.ts';
import { eventsOf, type LogEvent, logGroupsOf } from './log-groups.ts';
import { isFailure, isQuery, type LogLine, lineText, readLogLine } from './log-line.ts';

const POLL_MS = 2_000;
/** CloudWatch may show a line this much later than its own time says, so each poll starts that much earlier. */
const LATE_MS = 10_000;

export interface TailQuery {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly follow: boolean;
  readonly id?: string | undefined;
  readonly onlyFailures: boolean;
  /** Include read-only operations of operators. */
  readonly all: boolean;
}

/** Prints what the functions logged, one line each: text, or with --json one object per line. */
export async function tail(session: Session, query: TailQuery): Promise<void> {
  const target = await session.target();
  const client = new CloudWatchLogsClient(target.aws);
  try {
    const groups = await logGroupsOf(client, target);
    if (groups.length === 0) {
      throw new CliError(
        { kind: 'not-found', code: 'NO_LOGS' },
        `${target.stackName} has no log groups. Is the stage deployed in this region?`,
      );
    }
    const seen = new Map<string, number>();
    for (let from = query.from; ; ) {
      const events = (
        await Promise.all(
          groups.map((logGroupName) => eventsOf(client, { logGroupName, startTime: from, id: query.id })),
        )
      ).flat();
      const fresh = events.filter(({ id }) => !seen.has(id)).sort((a, b) => a.at - b.at);
      for (const event of fresh) show(session, event, query);
      from = Math.max(from, ...events.map(({ at }) => at - LATE_MS));
      remember(seen, events, from);
      if (!query.follow || session.shell.interrupted.aborted) return;
      await session.shell.sleep(POLL_MS);
      if (session.shell.interrupted.aborted) return;
    }
  } finally {
    client.destroy();
  }
}

/** Keeps the ids of events that the next poll can return again. */
function remember(seen: Map<string, number>, events: readonly LogEvent[], from: number): void {
  for (const { id, at } of events) seen.set(id, at);
  for (const [id, at] of seen) if (at < from) seen.delete(id);
}

function show({ shell, options }: Session, { at, text }: LogEvent, query: TailQuery): void {
  const line = readLogLine(text);
  if (!line || !matches(line, query)) return;
  const description = lineText(line);
  if (description === undefined) return;
  const time = new Date(at).toISOString();
  shell.out(
    options.json ? `${JSON.stringify({ at: time, ...line })}\n` : `${time.slice(0, 23)}Z  ${description}\n`,
  );
}

export function matches(
  line: LogLine,
  { id, onlyFailures, all }: Pick<TailQuery, 'id' | 'onlyFailures' | 'all'>,
): boolean {
  if (id !== undefined && line.id !== id) return false;
  return (all || !isQuery(line)) && (!onlyFailures || isFailure(line));
}
