import type { Caller, Gateway } from '../parts.ts';
import type { FunctionSettings } from './function-settings.ts';

/**
 * What the Lambda service does with the output of a new environment, under the role of its function. Without both grants AWS
 * drops the lines in silence; here the refusal stands in the policy report.
 */
export async function openLogStream(
  gateway: Gateway,
  settings: FunctionSettings,
  environment: string,
): Promise<void> {
  const caller: Caller = { kind: 'role', role: settings.role, source: environment };
  const input = { logGroupName: settings.logGroup, logStreamName: environment };
  for (const operation of ['CreateLogStream', 'PutLogEvents']) {
    await gateway.call({ service: 'logs', operation, input, caller }).catch((error: Error) => {
      console.error(`local AWS: ${settings.name} cannot write its log: ${error.message}`);
    });
  }
}
