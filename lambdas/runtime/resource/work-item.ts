import type { Outcome } from '../../core/base/outcome.ts';
import type { StateKey, StateRow } from '../../core/delivery/ports/state-store.ts';
import type { ProtocolContext, Start } from '../../core/delivery/protocol.ts';
import type { QueueRecord } from '../lambda/queue-record.ts';
import type { Group } from './group-records.ts';
import type { HandlerContext, ResourceDefinition } from './resource-definition.ts';
import type { ResourcePorts } from './resource-ports.ts';

/** All messages of one resource in a batch, with everything that the steps need. */
export interface WorkItem {
  readonly definition: ResourceDefinition;
  readonly context: HandlerContext;
  readonly ports: ResourcePorts;
  readonly protocol: ProtocolContext;
  /** Prepare mode may have recorded a change of the resource, which a commit then clears. */
  readonly mayBeRecorded: boolean;
  readonly group: Group;
  readonly key: StateKey;
  /** The sync record of the resource. */
  readonly row: StateRow | undefined;
  /** What the gate decided. */
  readonly start: Start;
}

/** `recorded`: the change waits in Prepare mode, so it is no outcome yet. */
export interface WorkResult {
  readonly outcome: Exclude<Outcome, 'filtered'> | 'recorded';
  readonly reason: string;
}

/** A group that may be acknowledged. */
export interface Finished {
  readonly group: Group;
  readonly result: WorkResult;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A group that SQS delivers again after the delay. */
export interface Retried {
  readonly group: Group;
  readonly retried: readonly QueueRecord[];
  readonly delaySeconds: number;
}

export type GroupResult = Finished | Retried;
