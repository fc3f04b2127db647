import { arnsOf } from './arns.ts';
import { number, optionalText, text } from './fields.ts';
import { serviceOf } from './operations.ts';
import { AwsError, type JsonObject, type Service } from './parts.ts';

/** The `logs` service: log groups and their settings are recorded; the lines themselves are kept by the Lambda host. */
export function createLogs(place: { region: string; accountId: string }): Service {
  const arns = arnsOf(place.region, place.accountId);
  const groups = new Map<string, { retentionInDays?: number }>();
  const policies = new Map<string, string>();

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
    // The Lambda host writes the lines to files; what counts here is that the role may.
    CreateLogStream: () => ({}),
    PutLogEvents: () => ({}),
    PutResourcePolicy: (input) => {
      policies.set(text(input, 'policyName'), text(input, 'policyDocument'));
      return { resourcePolicy: { policyName: text(input, 'policyName') } };
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
