import type { Caller, Gateway } from '../contract.ts';
import type { FunctionSettings } from './function-settings.ts';

/**
 * Checks the two grants that a function needs for its log. Without them AWS drops its log lines silently;
 * here the policy report lists the refused calls.
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
