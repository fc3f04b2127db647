import type * as z from 'zod/mini';
import type { Fields } from '../../core/delivery/field-hashes.ts';
import type { CommercetoolsReader } from '../../core/delivery/ports/commercetools-reader.ts';
import type { FluentWriter } from '../../core/delivery/ports/fluent-writer.ts';
import type { Customs } from '../../core/delivery/ports/state-store.ts';

/**
 * What a handler states about its resource; the runtime does the rest (queue, delivery protocol, retries, outcomes, metrics).
 * `Source` is the resource as `source` parses it, `Model` the mapped resource; the runtime hands both on without reading them.
 *
 * Errors: a MappingError, or a ConnectorError of class `permanent`, sends the resource to the dead-letter queue. A
 * ConnectorError of another class leads to a retry. Any other exception counts as a bug: `permanent` before the first call to
 * the OMS, `ambiguous` after it.
 */
export interface ResourceDefinition<Source = unknown, Model = unknown, Settings = unknown> {
  /** `resource.typeId` in commercetools. */
  readonly resourceType: string;
  /** Raise it by one when the mapping changes: the next full run then writes every resource again. */
  readonly mapperVersion: number;
  /** Schema of the handler's own settings (HANDLER_SETTINGS). */
  readonly settings: z.ZodMiniType<Settings>;
  /** Schema of what the mapper reads. A resource that does not match is dead-lettered with the path of the field. */
  readonly source: z.ZodMiniType<Source>;
  /** Reads current resources; leaves out those that do not exist. Called with a single id when a batch query misses one. */
  fetch(ids: readonly string[], context: HandlerContext<Settings>): Promise<readonly unknown[]>;
  /** Pure: the same source and settings always give the same result. */
  map(source: Source, context: MappingContext<Settings>): Mapped<Model>;
  /** Creates or updates the resource in the OMS. May run again after a lost answer, so it must be safe to repeat. */
  upsert(model: Model, known: Known, context: HandlerContext<Settings>): Promise<Upserted>;
  /** Applies the delete policy. A resource that the OMS does not have is a success. Must be safe to repeat. */
  remove(deletion: Deletion, known: Known, context: HandlerContext<Settings>): Promise<Removed>;
  readonly inspection: Inspection<Model, Settings>;
  /**
   * Called before the first page of a run and after its last outcome, for every run of any handler, if `runHooks` of the route
   * asks for it. May be called twice. An error is retried for an hour (`runs.hookSeconds`), then the run fails.
   */
  onRunStarted?(run: HookedRun, context: HandlerContext<Settings>): Promise<void>;
  onRunEnded?(run: HookedRun, context: HandlerContext<Settings>): Promise<void>;
}

/** How a handler finds and compares its records in the OMS: for reconcile, `explain`, `link` and the sweep. Never writes. */
export interface Inspection<Model = unknown, Settings = unknown> {
  /**
   * The record of a resource: under its remembered key, or where a first upsert would look for it. `undefined` also if that
   * record belongs to another resource. `model` is absent if the source has nothing that can be mapped.
   */
  find(
    model: Model | undefined,
    known: KnownRecord,
    context: HandlerContext<Settings>,
  ): Promise<OmsRecord | undefined>;
  /** The values that an update would leave in the OMS. Leave out a field that an update does not write: it is not compared. */
  expected(model: Model, known: KnownRecord, context: MappingContext<Settings>): Fields;
  byRef(ref: string, context: HandlerContext<Settings>): Promise<OmsRecord | undefined>;
  /** One page of the records that this connector wrote and did not delete. `id`: of the source resource. */
  list(
    query: { readonly after?: string },
    context: HandlerContext<Settings>,
  ): Promise<{ readonly records: readonly { id: string; ref: string }[]; readonly next?: string }>;
}

/** What a mapping may depend on. */
export interface MappingContext<Settings = unknown> {
  readonly settings: Settings;
  readonly projectKey: string;
}

/** What every other method of a definition gets. */
export interface HandlerContext<Settings = unknown> extends MappingContext<Settings> {
  readonly services: Services;
}

/** The systems that a handler may call. Every call ends with the invocation. */
export interface Services {
  readonly commercetools: CommercetoolsReader;
  readonly fluent: FluentWriter;
}

/** What the connector remembers of a resource. */
export interface KnownRecord {
  /** Id at the source. */
  readonly id: string;
  /** The OMS key that the resource was created with, or that an operator linked; never recomputed. */
  readonly ref?: string;
  /** An operator chose `ref`: that record may be taken over although nothing in it names this resource. */
  readonly isLinked?: boolean;
  readonly customs?: Customs;
  /** A write under `ref` was confirmed. False for a key that is only reserved. */
  readonly isConfirmed: boolean;
  /** The OMS still holds what was last confirmed. False if an earlier try may have written, and for forced writes. */
  readonly isExact: boolean;
}

export interface Known extends KnownRecord {
  /**
   * Stores the OMS key. Call it right before the first write under a key that cannot be computed again, for example one made
   * of an e-mail: without it, a lost commit and a changed e-mail would create a second record.
   */
  reserve(ref: string): Promise<void>;
}

/** A value that was cut, left out or kept; logged with the id of the resource. */
export interface Warning {
  readonly code: string;
  readonly field: string;
  /** Length of the value at the source. */
  readonly length?: number;
}

export interface Mapped<Model = unknown> {
  readonly model: Model;
  /** Everything that is sent except the source version. Equal content is not written twice, and it is what comparisons show. */
  readonly content: unknown;
  readonly warnings: readonly Warning[];
}

export interface Upserted {
  /** The key under which the OMS knows the resource. */
  readonly ref: string;
  readonly action: 'created' | 'updated' | 'adopted';
  /** A small JSON value for the handler's own use, given with every later event. Absent = keep the stored one. */
  readonly customs?: Customs | undefined;
  readonly warnings: readonly Warning[];
}

export interface Deletion {
  /** Overwrite personal data, whatever the delete policy says. */
  readonly erase: boolean;
  readonly at: Date;
}

export interface Removed {
  readonly action: 'ignored' | 'anonymised' | 'erased' | 'unknown';
  readonly warnings: readonly Warning[];
}

/** A record as the OMS holds it. */
export interface OmsRecord {
  readonly ref: string;
  /** Values by the field names of `contentFields`. */
  readonly fields: Fields;
  /** Id of the source resource that the record names. */
  readonly markedAs?: string;
  /** Source version that the record says it was written from. */
  readonly version?: number;
}

/** The run that a hook is called for. */
export interface HookedRun {
  readonly id: string;
  readonly mode: string;
  readonly counts: Readonly<Record<string, number>>;
}
