import { randomUUID } from 'node:crypto';
import { AwsError, type Gateway, type JsonObject } from '../contract.ts';
import { optionalText, text } from '../fields.ts';
import { processBatch } from './batch-processing.ts';
import { createBatchSource } from './batch-source.ts';
import {
  createEventSourceMapping,
  type EventSourceMapping,
  type MappingState,
} from './event-source-mapping.ts';
import type { HostedFunction } from './hosted-function.ts';
import type { Invoker } from './invoker.ts';
import { parseChange, parseCreation } from './mapping-settings.ts';
import { queueName } from './queue-name.ts';

export interface MappingReport {
  readonly uuid: string;
  readonly functionName: string;
  readonly queue: string;
  readonly state: MappingState;
  readonly lastResult: string;
  readonly batchesInFlight: number;
  readonly messagesInFlight: number;
  readonly batches: number;
  readonly messages: number;
}

export interface Mappings {
  create(input: JsonObject): Promise<JsonObject>;
  get(input: JsonObject): JsonObject;
  list(input: JsonObject): JsonObject;
  update(input: JsonObject): JsonObject;
  delete(input: JsonObject): JsonObject;
  report(): readonly MappingReport[];
  stop(): Promise<void>;
}

interface Entry {
  readonly uuid: string;
  readonly arn: string;
  readonly queueArn: string;
  readonly fn: HostedFunction;
  readonly mapping: EventSourceMapping;
  modifiedAt: Date;
}

interface MappingsOptions {
  readonly gateway: Gateway;
  readonly invoker: Invoker;
  readonly maxEnvironments: number;
  readonly functionOf: (nameOrArn: string) => HostedFunction;
}

/** The event source mappings of the account and their operations. */
export function createMappings({ gateway, invoker, maxEnvironments, functionOf }: MappingsOptions): Mappings {
  const entries = new Map<string, Entry>();
  const found = (input: JsonObject): Entry => {
    const entry = entries.get(text(input, 'UUID'));
    if (entry) return entry;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      status: 404,
    });
  };

  return {
    async create(input) {
      const { queueArn, functionName, settings } = parseCreation(input);
      const fn = functionOf(functionName);
      const uuid = randomUUID();
      const caller = { kind: 'role', role: fn.settings.role, source: `mapping/${uuid}` } as const;
      const source = createBatchSource(gateway, queueArn, caller);
      await source.checkGrants();
      checkVisibility(fn, Number((await source.attributes(['VisibilityTimeout']))['VisibilityTimeout']));
      const mapping = createEventSourceMapping({
        source,
        settings,
        maxSlots: maxEnvironments,
        process: (messages, { reportsItemFailures }) =>
          processBatch({ gateway, invoker, source, fn, queueArn, reportsItemFailures }, messages),
        onProblem: (problem) =>
          console.error(`local AWS: ${queueName(queueArn)} -> ${fn.settings.name}: ${problem}`),
      });
      const arn = `arn:aws:lambda:${gateway.region}:${gateway.accountId}:event-source-mapping:${uuid}`;
      const entry: Entry = { uuid, arn, queueArn, fn, mapping, modifiedAt: new Date() };
      entries.set(uuid, entry);
      return { ...configuration(entry), State: 'Creating' };
    },
    get: (input) => configuration(found(input)),
    list(input) {
      const functionName = optionalText(input, 'FunctionName');
      const arn = functionName && functionOf(functionName).settings.arn;
      const queueArn = optionalText(input, 'EventSourceArn');
      const wanted = [...entries.values()].filter(
        (entry) => (!arn || entry.fn.settings.arn === arn) && (!queueArn || entry.queueArn === queueArn),
      );
      return { EventSourceMappings: wanted.map(configuration) };
    },
    update(input) {
      const entry = found(input);
      entry.mapping.update(parseChange(input, entry.mapping.settings, entry.queueArn.endsWith('.fifo')));
      entry.modifiedAt = new Date();
      return configuration(entry);
    },
    delete(input) {
      const entry = found(input);
      void entry.mapping.stop().finally(() => entries.delete(entry.uuid));
      return { ...configuration(entry), State: 'Deleting' };
    },
    report: () =>
      [...entries.values()].map(({ uuid, fn, queueArn, mapping }) => ({
        uuid,
        functionName: fn.settings.name,
        queue: queueName(queueArn),
        state: mapping.state,
        lastResult: mapping.lastResult,
        ...mapping.counters,
      })),
    async stop() {
      await Promise.all([...entries.values()].map(({ mapping }) => mapping.stop()));
    },
  };
}

function checkVisibility(fn: HostedFunction, visibilitySeconds: number): void {
  if (visibilitySeconds < fn.settings.timeoutSeconds)
    throw new AwsError(
      'InvalidParameterValueException',
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${fn.settings.timeoutSeconds} seconds`,
    );
}

function configuration({ uuid, arn, queueArn, fn, mapping, modifiedAt }: Entry): JsonObject {
  const { settings } = mapping;
  return {
    UUID: uuid,
    EventSourceMappingArn: arn,
    EventSourceArn: queueArn,
    FunctionArn: fn.settings.arn,
    BatchSize: settings.batchSize,
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(settings.maximumConcurrency && {
      ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
    }),
    State: mapping.state,
    StateTransitionReason: 'USER_INITIATED',
    LastModified: modifiedAt.getTime() / 1000,
    LastProcessingResult: mapping.lastResult,
  };
}
