import type { FunctionPool } from './function-pool.ts';
import type { FunctionSettings } from './function-settings.ts';

/** What the host knows about one function; the mutable members are set by operations after CreateFunction. */
export interface HostedFunction {
  readonly settings: FunctionSettings;
  readonly pool: FunctionPool;
  readonly createdAt: Date;
  reservedConcurrency: number | undefined;
  /** `Allow` switches the recursion guard off. */
  recursiveLoop: 'Allow' | 'Terminate';
  /** Attempts after the first of an asynchronous invocation, 0-2. */
  maximumRetryAttempts: number;
  /** Queue ARN of the on-failure destination. */
  onFailureArn: string | undefined;
}
