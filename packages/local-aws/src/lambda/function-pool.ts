import { AwsError, type Gateway } from '../contract.ts';
import {
  type EnvironmentOptions,
  type ExecutionEnvironment,
  type InvocationResult,
  startEnvironment,
} from './execution-environment.ts';
import { openLogStream } from './log-stream.ts';
import type { Invocation } from './runtime-api.ts';

export interface PoolCounters {
  coldStarts: number;
  environments: number;
  /** Invocations that run or wait for an environment. */
  inFlight: number;
  /** Largest heap that an environment reported after an invocation, in bytes. */
  maxHeapBytes: number;
}

export interface FunctionPool {
  /**
   * Runs one invocation and waits for an environment when all are busy. Throws TooManyRequestsException when
   * the reserved concurrency is used up.
   */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  reserve(concurrency: number | undefined): void;
  /** Ends all environments and returns their number. */
  kill(): Promise<number>;
  /** Ends all environments and starts no new ones. */
  close(): Promise<void>;
  counters(): Readonly<PoolCounters>;
}

type EnvironmentSource = Omit<EnvironmentOptions, 'id' | 'gateway' | 'onIdle' | 'onClosed' | 'onHeap'> & {
  readonly gateway: Gateway;
};

/**
 * The execution environments of one function. Each runs one invocation at a time; the last one used is used
 * first.
 */
export function createFunctionPool(source: EnvironmentSource, maxEnvironments: number): FunctionPool {
  const alive = new Set<ExecutionEnvironment>();
  const idle: ExecutionEnvironment[] = [];
  const waiting: PromiseWithResolvers<ExecutionEnvironment>[] = [];
  let closed = false;
  let reserved: number | undefined;
  const counters: PoolCounters = { coldStarts: 0, environments: 0, inFlight: 0, maxHeapBytes: 0 };

  const start = async (): Promise<ExecutionEnvironment> => {
    if (closed) throw stopping();
    counters.environments += 1;
    counters.coldStarts += 1;
    const id = `${source.settings.name}-${counters.coldStarts}`;
    void openLogStream(source.gateway, source.settings, id);
    const environment = await startEnvironment({
      ...source,
      id,
      onIdle(idleEnvironment) {
        const next = waiting.shift();
        if (next) next.resolve(idleEnvironment);
        else idle.push(idleEnvironment);
      },
      onClosed(closedEnvironment) {
        counters.environments -= 1;
        alive.delete(closedEnvironment);
        const position = idle.indexOf(closedEnvironment);
        if (position >= 0) idle.splice(position, 1);
        const next = waiting.shift();
        if (next) start().then(next.resolve, next.reject);
      },
      onHeap(bytes) {
        counters.maxHeapBytes = Math.max(counters.maxHeapBytes, bytes);
      },
    }).catch((error: unknown) => {
      counters.environments -= 1;
      throw error;
    });
    alive.add(environment);
    if (closed) await environment.kill();
    return environment;
  };
  const acquire = (): Promise<ExecutionEnvironment> => {
    const last = idle.pop();
    if (last) return Promise.resolve(last);
    // An environment that has just responded will be idle in a moment, so it needs no cold start next to it.
    const assigned = counters.inFlight - 1 - waiting.length;
    const returning = counters.environments - idle.length - assigned;
    const cap = Math.min(maxEnvironments, reserved ?? maxEnvironments);
    if (returning <= waiting.length && counters.environments < cap) return start();
    const waiter = Promise.withResolvers<ExecutionEnvironment>();
    waiting.push(waiter);
    return waiter.promise;
  };

  const kill = async (): Promise<number> => {
    const running = [...alive];
    await Promise.all(running.map((environment) => environment.kill()));
    return running.length;
  };

  return {
    async invoke(invocation) {
      if (reserved !== undefined && counters.inFlight >= reserved)
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
          status: 429,
          members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
        });
      counters.inFlight += 1;
      try {
        const environment = await acquire();
        return await environment.run(invocation);
      } finally {
        counters.inFlight -= 1;
      }
    },
    reserve(concurrency) {
      reserved = concurrency;
    },
    kill,
    async close() {
      closed = true;
      for (const waiter of waiting.splice(0)) waiter.reject(stopping());
      await kill();
    },
    counters: () => counters,
  };
}

const stopping = (): AwsError =>
  new AwsError('ServiceException', 'The local environment is stopping.', { status: 500 });
