import type * as z from 'zod/mini';
import type { Fields } from '../../core/delivery/field-hashes.ts';
import type { CommercetoolsReader } from '../../core/delivery/ports/commercetools-reader.ts';
import type { FluentWriter } from '../../core/delivery/ports/fluent-writer.ts';
import type { Customs } from '../../core/delivery/ports/state-store.ts';

/** What a handler may call. */
export interface Services {
  readonly commercetools: CommercetoolsReader;
  readonly fluent: FluentWriter;
}

/** What the state row remembers of a resource. */
export interface KnownRow {
  /** The OMS key used when the resource was created there; never recomputed. */
  readonly ref?: string;
  readonly customs?: Customs;
  /** Was it ever confirmed there? A key can be reserved before the first create. */
  readonly isConfirmed: boolean;
  /** Does the OMS still hold exactly what the row says? Not after a try that may have written and lost its commit, nor for a forced write. */
  readonly isExact: boolean;
  /** `ref` was chosen by an operator: that record may be taken over although it carries no mark. */
  readonly isLinked?: boolean;
}

export interface Known extends KnownRow {
  /**
   * Fixes the OMS key in the row. To be called right before the first write under a key that could not be computed again:
   * else a lost commit and a changed e-mail would make a second record.
   */
  reserve(key: string): Promise<void>;
}

export interface Warning {
  readonly code: string;
  readonly field: string;
  /** Length of the value at the source. */
  readonly length?: number;
}

export interface Mapped<Model> {
  readonly model: Model;
  /**
   * Everything that is sent, except what says which source version it was: equal content, equal hash. Its fields
   * (core/delivery/field-hashes.ts) are what comparisons are made of.
   */
  readonly content: unknown;
  readonly warnings: readonly Warning[];
}

export interface Upserted {
  readonly ref: string;
  readonly how: 'created' | 'updated' | 'adopted';
  /** Absent = keep what is stored. */
  readonly customs?: Customs;
  readonly warnings: readonly Warning[];
}

export interface Removed {
  readonly how: 'ignored' | 'anonymised' | 'erased' | 'unknown';
  readonly warnings: readonly Warning[];
}

/** A record as the OMS holds it. */
export interface InOms {
  readonly ref: string;
  /** Values by the names that `contentFields` gives the mapped content. */
  readonly fields: Fields;
  /** Id of the source resource that it is marked as. */
  readonly markedAs?: string;
  /** Source version that it says it was written from. */
  readonly version?: number;
}

/** How the records of a handler are found and compared, for reconcile, `explain` and `link`. Read-only. */
export interface Inspection<Model, Settings> {
  /**
   * The record of a resource: under its remembered key, else where a first sync would look for it. Undefined also if what
   * stands there is somebody else's. `model` is absent if the source has nothing that could be mapped.
   */
  find(
    services: Services,
    wanted: { readonly id: string; readonly model?: Model },
    known: KnownRow,
    settings: Settings,
  ): Promise<InOms | undefined>;
  /** What an update would leave in the OMS. A field that it would not touch is missing, and not compared. */
  expected(model: Model, known: KnownRow, settings: Settings): Fields;
  byRef(services: Services, ref: string, settings: Settings): Promise<InOms | undefined>;
  /** A page of the records that carry our mark and were not deleted by us. */
  list(
    services: Services,
    query: { readonly after?: string },
    context: { settings: Settings; projectKey: string },
  ): Promise<{ readonly records: readonly { id: string; ref: string }[]; readonly next?: string }>;
}

/** What a hook is told of a run. */
export interface HookedRun {
  readonly id: string;
  readonly mode: string;
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * What a resource handler states; the runtime does the rest (delivery protocol, batches, outcomes).
 * Errors: a MappingError or any permanent ConnectorError sets the resource aside, every other one is tried again.
 */
export interface ResourceDefinition<Source, Model, Settings> {
  /** `resource.typeId` of commercetools. */
  readonly resourceType: string;
  /** Grows by one when the mapping changes, so that a run writes every resource again. */
  readonly mapperVersion: number;
  /** The handler's choices, read from HANDLER_SETTINGS. */
  readonly settings: z.ZodMiniType<Settings>;
  /** What the mapper needs of the source; the door for what comes from outside. */
  readonly source: z.ZodMiniType<Source>;
  /** Current resources; one that does not exist is missing from the answer. Called with one id for a second look. */
  fetch(services: Services, ids: readonly string[], settings: Settings): Promise<readonly unknown[]>;
  map(source: Source, context: { settings: Settings; projectKey: string }): Mapped<Model>;
  upsert(services: Services, model: Model, known: Known, settings: Settings): Promise<Upserted>;
  /** Applies the delete policy. An unknown resource is a success. */
  remove(
    services: Services,
    gone: { id: string; erase: boolean; at: Date },
    known: Known,
    settings: Settings,
  ): Promise<Removed>;
  readonly inspection: Inspection<Model, Settings>;
  /**
   * Called before the first page of any run, and after its last outcome. May be repeated. An error is tried again for an hour,
   * then the run fails. `runHooks` of the handler's line in routes.ts names those that it asks for.
   */
  onRunStarted?(services: Services, run: HookedRun, settings: Settings): Promise<void>;
  onRunEnded?(services: Services, run: HookedRun, settings: Settings): Promise<void>;
}
