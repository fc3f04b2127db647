import type { Gateway } from '../contract.ts';
import type { FunctionSettings } from './function-settings.ts';

interface Place {
  readonly gateway: Pick<Gateway, 'url' | 'region' | 'accessKeyFor'>;
  readonly runtimeApi: string;
  /** Names the execution environment in logs and in the session token of its calls. */
  readonly logStream: string;
}

/**
 * The environment variables of a worker. None are inherited, so a function never sees the developer's
 * credentials or proxies.
 */
export function environmentVariables(settings: FunctionSettings, place: Place): Record<string, string> {
  return {
    ...settings.variables,
    _HANDLER: settings.handler,
    LAMBDA_TASK_ROOT: settings.folder,
    AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
    AWS_REGION: place.gateway.region,
    AWS_DEFAULT_REGION: place.gateway.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
    ...(settings.logLevel === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: settings.logLevel }),
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    AWS_ENDPOINT_URL: place.gateway.url,
    AWS_ACCESS_KEY_ID: place.gateway.accessKeyFor(settings.role),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: `${settings.name}/${place.logStream}`,
    AWS_MAX_ATTEMPTS: settings.variables['AWS_MAX_ATTEMPTS'] ?? '3',
  };
}
