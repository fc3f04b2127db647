import { setTimeout as sleep } from 'node:timers/promises';
import {
  AwsError,
  type Gateway,
  type JsonObject,
  type MetricStore,
  type Service,
  type ServiceCall,
} from '../contract.ts';
import { optionalText, text, unknownOperation } from '../fields.ts';
import { createAsynchronousInvoker } from './asynchronous.ts';
import { createFunctions } from './functions.ts';
import { createInvoker } from './invoker.ts';
import { lineageOf } from './lineage.ts';
import { createMappings, type MappingReport } from './mappings.ts';
import { createOutput, type LogLine } from './output.ts';
import { payloadLimit } from './runtime-api.ts';

export interface LambdaOptions {
  readonly gateway: Gateway;
  readonly metrics: MetricStore;
  /** Folder of `<function>.log`. Without it, log lines stay in memory. */
  readonly logFolder?: string;
  /** Execution environments per function; 2 by default. */
  readonly maxEnvironments?: number;
  /**
   * Waits before the two retries of an asynchronous invocation; 200 and 400 ms by default, minutes on AWS.
   */
  readonly retryWaitsMs?: readonly [number, number];
  /** Time for the init phase of a function; 10 by default, as on AWS. */
  readonly initTimeoutSeconds?: number;
}

export interface FunctionReport {
  readonly functionName: string;
  readonly environments: number;
  readonly coldStarts: number;
  readonly inFlight: number;
  /** Largest heap after an invocation. */
  readonly maxHeapMb: number;
  /** Limit of the heap. */
  readonly memoryMb: number;
}

export interface InFlight {
  /** Invocations that run or wait for an environment. */
  readonly invocations: number;
  /** Asynchronous events that run or wait for a retry. */
  readonly asynchronous: number;
  /**
   * Messages in batches that functions are handling. Messages of a batch that is being gathered do not count.
   */
  readonly messages: number;
}

export interface LambdaService extends Service {
  inFlight(): InFlight;
  /** True when nothing runs or waits for a retry. Does not look into queues. */
  idle(): boolean;
  functions(): readonly FunctionReport[];
  mappings(): readonly MappingReport[];
  /** The newest log lines of functions, oldest first. */
  logs(functionName?: string): readonly LogLine[];
  /** Ends every environment of a function at once, as a fault, and returns their number. */
  killWorkers(functionName: string): Promise<number>;
  /** Stops polling, waits for invocations for up to `graceMs` (5,000 by default), then ends all workers. */
  stop(graceMs?: number): Promise<void>;
}

const asynchronousLimit = 1024 * 1024;

/** The `lambda` service. It runs functions on worker threads and polls their queues. */
export function createLambdaService(options: LambdaOptions): LambdaService {
  const { gateway, metrics, maxEnvironments = 2, initTimeoutSeconds = 10 } = options;
  const output = createOutput({ metrics, logFolder: options.logFolder });
  const functions = createFunctions({ gateway, output, maxEnvironments, initTimeoutSeconds });
  const invoker = createInvoker(metrics);
  const asynchronous = createAsynchronousInvoker(gateway, invoker, options.retryWaitsMs ?? [200, 400]);
  const mappings = createMappings({ gateway, invoker, maxEnvironments, functionOf: functions.find });

  const invoke = async ({ input, traceHeader }: ServiceCall): Promise<JsonObject> => {
    const fn = functions.find(text(input, 'FunctionName'));
    const type = optionalText(input, 'InvocationType') ?? 'RequestResponse';
    const payload = optionalText(input, 'Payload') || '{}';
    checkPayload(payload, type);
    if (type === 'DryRun') return { StatusCode: 204 };
    const work = { payload, lineage: lineageOf(traceHeader) };
    if (type === 'Event') {
      asynchronous.accept(fn, work);
      return { StatusCode: 202 };
    }
    const result = await invoker.run(fn, work);
    return {
      StatusCode: 200,
      Payload: result.payload,
      ExecutedVersion: '$LATEST',
      ...(result.functionError && { FunctionError: result.functionError }),
    };
  };
  const operations: Record<string, (call: ServiceCall) => JsonObject | Promise<JsonObject>> = {
    Invoke: invoke,
    CreateEventSourceMapping: ({ input }) => mappings.create(input),
    GetEventSourceMapping: ({ input }) => mappings.get(input),
    ListEventSourceMappings: ({ input }) => mappings.list(input),
    UpdateEventSourceMapping: ({ input }) => mappings.update(input),
    DeleteEventSourceMapping: ({ input }) => mappings.delete(input),
    // A local operation: the log lines of a log group, for the `logs` service.
    ListLogLines: ({ input }) => listLogLines(text(input, 'logGroupName')),
  };
  const listLogLines = (logGroup: string): JsonObject => ({
    lines: [...functions.all.values()]
      .filter(({ settings }) => settings.logGroup === logGroup)
      .flatMap(({ settings }) => output.lines(settings.name))
      .map(({ sequence, at, functionName, text: message }) => ({
        sequence,
        timestamp: at.getTime(),
        logStreamName: functionName,
        message,
      })),
  });
  const inFlight = (): InFlight => ({
    invocations: invoker.inFlight(),
    asynchronous: asynchronous.pending(),
    messages: mappings.report().reduce((sum, { messagesInFlight }) => sum + messagesInFlight, 0),
  });
  const service: LambdaService = {
    async handle(call) {
      const run = operations[call.operation];
      if (run) return run(call);
      const change = functions.operations[call.operation];
      if (change) return change(call.input);
      throw unknownOperation('lambda', call.operation);
    },
    inFlight,
    idle: () => Object.values(inFlight()).every((count) => count === 0),
    functions: () =>
      [...functions.all.values()].map(({ settings, pool }) => {
        const { environments, coldStarts, inFlight: busy, maxHeapBytes } = pool.counters();
        const maxHeapMb = Math.round(maxHeapBytes / 1024 / 1024);
        const { name, memoryMb } = settings;
        return { functionName: name, environments, coldStarts, inFlight: busy, maxHeapMb, memoryMb };
      }),
    mappings: () => mappings.report(),
    logs: (functionName) => output.lines(functionName),
    killWorkers: (functionName) => functions.find(functionName).pool.kill(),
    async stop(graceMs = 5000) {
      asynchronous.stop();
      const close = () => Promise.all([...functions.all.values()].map(({ pool }) => pool.close()));
      const grace = new AbortController();
      const ended = mappings.stop().finally(() => grace.abort());
      await sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined);
      await close();
      await ended;
      await output.close();
    },
  };
  gateway.register('lambda', service);
  return service;
}

function checkPayload(payload: string, type: string): void {
  const limit = type === 'Event' ? asynchronousLimit : payloadLimit;
  const bytes = Buffer.byteLength(payload);
  if (bytes > limit)
    throw new AwsError(
      'RequestTooLargeException',
      `${bytes} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
      { status: 413 },
    );
  try {
    JSON.parse(payload);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}
