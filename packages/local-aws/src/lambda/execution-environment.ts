import type { Gateway } from '../contract.ts';
import { environmentVariables } from './environment-variables.ts';
import { type ErrorDocument, exited, outOfMemory, responseTooLarge, timedOut } from './failures.ts';
import type { FunctionSettings } from './function-settings.ts';
import type { Output } from './output.ts';
import { type Invocation, payloadLimit, startRuntimeApi } from './runtime-api.ts';
import { startWorker } from './worker.ts';

export interface InvocationResult {
  /** JSON text of the handler's result or of the error document. */
  readonly payload: string;
  /** Set when the function failed. */
  readonly functionError: 'Unhandled' | undefined;
  readonly requestId: string;
  readonly durationMs: number;
}

export interface ExecutionEnvironment {
  readonly id: string;
  /** Runs one invocation at a time. Never rejects: a failure is a result. */
  run(invocation: Invocation): Promise<InvocationResult>;
  /** Ends the worker at once. A running invocation fails with Runtime.ExitError. */
  kill(): Promise<void>;
}

export interface EnvironmentOptions {
  readonly settings: FunctionSettings;
  readonly gateway: Pick<Gateway, 'url' | 'region' | 'accessKeyFor'>;
  readonly output: Output;
  readonly id: string;
  readonly initTimeoutSeconds: number;
  readonly onIdle: (environment: ExecutionEnvironment) => void;
  readonly onClosed: (environment: ExecutionEnvironment) => void;
  readonly onHeap: (bytes: number) => void;
}

interface Running {
  readonly invocation: Invocation;
  readonly resolve: (result: InvocationResult) => void;
  startedAt: number | undefined;
  timer: NodeJS.Timeout | undefined;
}

export async function startEnvironment(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
  const { settings } = options;
  const output = options.output.open(settings.name);
  let running: Running | undefined;
  let waitingForWork = false;
  let closed = false;

  const finish = (payload: string, functionError: 'Unhandled' | undefined): void => {
    if (!running) return;
    worker.drain();
    clearTimeout(running.timer);
    const { invocation, resolve, startedAt } = running;
    running = undefined;
    const durationMs = startedAt === undefined ? 0 : performance.now() - startedAt;
    resolve({ payload, functionError, requestId: invocation.requestId, durationMs });
  };
  const fail = (document: (requestId: string) => ErrorDocument): void => {
    if (running) finish(JSON.stringify(document(running.invocation.requestId)), 'Unhandled');
  };
  const close = (): void => {
    if (closed) return;
    closed = true;
    clearTimeout(initTimer);
    api.close();
    output.end();
    options.onClosed(environment);
  };
  const failAndKill = (document: (requestId: string) => ErrorDocument): void => {
    fail(document);
    close();
    void worker.kill();
  };
  const deliver = (): void => {
    if (!running || !waitingForWork) return;
    waitingForWork = false;
    running.startedAt = performance.now();
    const timeoutMs = settings.timeoutSeconds * 1000;
    running.timer = setTimeout(failAndKill, timeoutMs, (id: string) => timedOut(id, settings.timeoutSeconds));
    api.deliver(running.invocation, settings.arn, new Date(Date.now() + timeoutMs));
  };

  const api = await startRuntimeApi({
    onNext() {
      clearTimeout(initTimer);
      waitingForWork = true;
      if (running) deliver();
      else options.onIdle(environment);
    },
    onResponse(requestId, body) {
      if (requestId !== running?.invocation.requestId) return;
      if (body === undefined) fail(() => responseTooLarge(payloadLimit));
      else finish(body, undefined);
    },
    onError(requestId, body) {
      if (requestId === running?.invocation.requestId) finish(body, 'Unhandled');
    },
    onInitError(body) {
      finish(body, 'Unhandled');
      close();
    },
  });
  const initTimer = setTimeout(failAndKill, options.initTimeoutSeconds * 1000, (id: string) =>
    timedOut(id, options.initTimeoutSeconds),
  );
  const worker = startWorker(
    {
      variables: environmentVariables(settings, {
        gateway: options.gateway,
        runtimeApi: api.address,
        logStream: options.id,
      }),
      memoryMb: settings.memoryMb,
    },
    {
      onText: (requestId, text) => output.write(requestId ?? running?.invocation.requestId, text),
      onHeap: options.onHeap,
      onExit({ exitCode, outOfMemory: exhausted }) {
        fail((id) => (exhausted ? outOfMemory(id) : exited(id, exitCode)));
        close();
      },
    },
  );
  const environment: ExecutionEnvironment = {
    id: options.id,
    run: (invocation) =>
      new Promise((resolve) => {
        running = { invocation, resolve, startedAt: undefined, timer: undefined };
        if (closed) fail((id) => exited(id, 1));
        else deliver();
      }),
    async kill() {
      close();
      await worker.kill();
      fail((id) => exited(id, 1));
    },
  };
  return environment;
}
