import type { FunctionPool } from './function-pool.ts';
import type { FunctionSettings } from './function-settings.ts';

/** A function and its state. Operations after CreateFunction set the mutable members. */
export interface HostedFunction {
  readonly settings: FunctionSettings;
  readonly pool: FunctionPool;
  readonly createdAt: Date;
  reservedConcurrency: number | undefined;
  /** `Allow` turns the recursion guard off. */
  recursiveLoop: 'Allow' | 'Terminate';
  /** Retries of an asynchronous invocation, 0 to 2. */
  maximumRetryAttempts: number;
  /** Queue ARN of the on-failure destination. */
  onFailureArn: string | undefined;
}
