import { arnsOf } from './arns.ts';
import { AwsError, type Gateway, host, type JsonObject, type Service } from './contract.ts';
import { number, objects, optionalNumber, optionalText, text } from './fields.ts';
import { readLogFilter } from './log-filter.ts';
import { serviceOf } from './operations.ts';

const maxEvents = 10_000;

/** The `logs` service. It stores log groups and their settings; the Lambda service keeps the lines. */
export function createLogs(gateway: Pick<Gateway, 'region' | 'accountId' | 'call'>): Service {
  const arns = arnsOf(gateway.region, gateway.accountId);
  const groups = new Map<string, { retentionInDays?: number }>();
  const policies = new Map<string, string>();

  const linesOf = async (logGroupName: string): Promise<JsonObject[]> => {
    if (!groups.has(logGroupName))
      throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    const call = {
      service: 'lambda',
      operation: 'ListLogLines',
      input: { logGroupName },
      caller: host,
    } as const;
    return objects(await gateway.call(call), 'lines');
  };

  return serviceOf('logs', {
    CreateLogGroup: (input) => {
      const name = text(input, 'logGroupName');
      if (groups.has(name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      groups.set(name, {});
      return {};
    },
    PutRetentionPolicy: (input) => {
      const name = text(input, 'logGroupName');
      if (!groups.has(name))
        throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
      groups.set(name, { retentionInDays: number(input, 'retentionInDays') });
      return {};
    },
    // These two only check the grants of the role. The Lambda service stores the lines.
    CreateLogStream: () => ({}),
    PutLogEvents: () => ({}),
    PutResourcePolicy: (input) => {
      policies.set(text(input, 'policyName'), text(input, 'policyDocument'));
      return { resourcePolicy: { policyName: text(input, 'policyName') } };
    },
    FilterLogEvents: async (input) => {
      const unsupported = Object.keys(input).find((name) => !filterMembers.includes(name));
      if (unsupported)
        throw new AwsError(
          'InvalidParameterException',
          `${unsupported} is not supported; see packages/local-aws/src/logs.ts`,
        );
      const group = optionalText(input, 'logGroupName') ?? text(input, 'logGroupIdentifier');
      const from = optionalNumber(input, 'startTime') ?? 0;
      const to = optionalNumber(input, 'endTime') ?? Number.POSITIVE_INFINITY;
      const matches = readLogFilter(optionalText(input, 'filterPattern') ?? '');
      const after = Number(optionalText(input, 'nextToken') ?? 0);
      const limit = Math.min(optionalNumber(input, 'limit') ?? maxEvents, maxEvents);
      const found = (await linesOf(group.replace(/^arn:.*:log-group:|:\*$/g, ''))).filter((line) => {
        const at = number(line, 'timestamp');
        return number(line, 'sequence') > after && at >= from && at <= to && matches(text(line, 'message'));
      });
      const page = found.slice(0, limit);
      const last = page.at(-1)?.['sequence'];
      return {
        events: page.map(({ sequence, ...line }) => ({
          ...line,
          ingestionTime: line['timestamp'] ?? null,
          eventId: String(sequence).padStart(20, '0'),
        })),
        searchedLogStreams: [],
        ...(page.length < found.length && { nextToken: String(last) }),
      };
    },
    DescribeLogGroups: (input) => {
      const prefix = optionalText(input, 'logGroupNamePrefix') ?? '';
      const logGroups = [...groups]
        .filter(([name]) => name.startsWith(prefix))
        .map(([logGroupName, settings]): JsonObject => {
          return { logGroupName, arn: `${arns.logGroup(logGroupName)}:*`, ...settings };
        });
      return { logGroups };
    },
  });
}

const filterMembers = [
  'logGroupName',
  'logGroupIdentifier',
  'startTime',
  'endTime',
  'filterPattern',
  'limit',
  'nextToken',
  'interleaved',
];
