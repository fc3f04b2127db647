import { allOf } from '../../../core/base/all-of.ts';
import { ConnectorError, toFailure } from '../../../core/base/errors.ts';
import { contentHash } from '../../../core/base/hash.ts';
import { isMadeOfIds, masked, maskedText } from '../../../core/base/masking.ts';
import { contentFields } from '../../../core/delivery/field-hashes.ts';
import type { StateRow } from '../../../core/delivery/ports/state-store.ts';
import type {
  HandlerAnswer,
  HandlerRequest,
  InspectedResource,
  ValuesShown,
} from '../../../core/runs/handler-request.ts';
import { classOf, differingFields } from '../../../core/runs/three-way.ts';
import { knownRecord, readRows } from '../known-record.ts';
import { type Current, parseSource, readCurrent } from '../read-source.ts';
import type { HandlerContext, KnownRecord, Mapped, OmsRecord } from '../resource-definition.ts';
import { contextOf, type RequestPorts, type ResourceHandler } from '../resource-ports.ts';

/** Lookups in the OMS at the same time: as many as a batch of a queue makes. */
const CONCURRENT_LOOKUPS = 10;

/** One request with the handler that answers it. */
interface Inspection extends ResourceHandler<RequestPorts> {
  readonly context: HandlerContext;
  readonly values: ValuesShown;
  /** A system that does not answer leaves its side unknown; otherwise the request fails. */
  readonly isPartial: boolean;
}

/** A system that did not answer, with the code of its failure. */
interface Unavailable {
  readonly unavailable: string;
}

type AtSource = Current | 'gone' | 'unreadable' | Unavailable;

/** What is compared with the OMS. */
interface Resource {
  readonly id: string;
  readonly source: AtSource;
  readonly row: StateRow | undefined;
  /** The caller sent the body: a newer version may have been written since. */
  readonly isGiven: boolean;
}

interface Compared {
  readonly resource: Resource;
  readonly inspected: InspectedResource;
  /** Source version that the record in the OMS was written from. */
  readonly omsVersion: number | undefined;
}

/**
 * Compares resources at the source, in the sync record and in the OMS. A resource that differs and was written meanwhile is
 * compared once more, so that a change under way is not reported as a difference.
 */
export async function inspect(
  handler: ResourceHandler<RequestPorts>,
  { resources, values, isPartial = false }: Extract<HandlerRequest, { request: 'inspect' }>,
): Promise<HandlerAnswer<'inspect'>> {
  const inspection = { ...handler, context: contextOf(handler), values, isPartial };
  const given = new Map(
    resources.flatMap(({ id, body }): [string, AtSource][] =>
      body === undefined ? [] : [[id, body === null ? 'gone' : readCurrent(body, id)]],
    ),
  );
  const first = await compareAll(inspection, [...new Set(resources.map(({ id }) => id))], given);
  const differing = first.filter(({ inspected }) => !finalClasses.has(inspected.class));
  const again = await compareAll(inspection, await writtenMeanwhile(handler, differing), new Map());
  const latest = new Map([...first, ...again].map(({ inspected }) => [inspected.id, inspected]));
  return { resources: resources.flatMap(({ id }) => latest.get(id) ?? []) };
}

const finalClasses = new Set<InspectedResource['class']>(['in-sync', 'deleted', 'unmappable', 'unknown']);

/** Ids whose sync record has changed since the comparison, or is newer than the body that the caller sent. */
async function writtenMeanwhile(
  { definition, ports }: ResourceHandler<RequestPorts>,
  compared: readonly Compared[],
): Promise<string[]> {
  const ids = compared.map(({ resource }) => resource.id);
  const rows = await readRows(ports, definition.resourceType, new Set(ids));
  const isWritten = ({ resource, omsVersion }: Compared): boolean => {
    const row = rows.get(resource.id);
    const newest = Math.max(omsVersion ?? 0, row?.version ?? 0);
    const version = currentOf(resource.source)?.version;
    const isOld = resource.isGiven && version !== undefined && version < newest;
    return isOld || row?.version !== resource.row?.version || row?.hash !== resource.row?.hash;
  };
  return compared.filter(isWritten).map(({ resource }) => resource.id);
}

async function compareAll(
  inspection: Inspection,
  ids: readonly string[],
  given: ReadonlyMap<string, AtSource>,
): Promise<Compared[]> {
  if (ids.length === 0) return [];
  const rows = await readRows(inspection.ports, inspection.definition.resourceType, new Set(ids));
  const toRead = ids.filter((id) => !given.has(id));
  const read = await orUnavailable(inspection, () => readAll(inspection, toRead));
  const resources = ids.map((id) => {
    const source = given.get(id) ?? ('unavailable' in read ? read : (read.get(id) ?? 'gone'));
    return { id, source, row: rows.get(id), isGiven: given.has(id) };
  });
  const compared: Compared[] = [];
  for (let at = 0; at < resources.length; at += CONCURRENT_LOOKUPS) {
    const some = resources.slice(at, at + CONCURRENT_LOOKUPS);
    compared.push(...(await allOf(some.map((resource) => compare(inspection, resource)))));
  }
  return compared;
}

/** One query for all. An id that it does not return is read by itself, because a list may lag behind. */
async function readAll(
  { definition, context }: Inspection,
  ids: readonly string[],
): Promise<Map<string, AtSource>> {
  const listed = ids.length > 1 ? await definition.fetch(ids, context) : [];
  const found = new Map<string, AtSource>();
  for (const id of ids) {
    const inList = listed.map((body) => readCurrent(body, id)).find((one) => one !== 'unreadable');
    const [single] = inList ? [] : await definition.fetch([id], context);
    found.set(id, inList ?? (single === undefined ? 'gone' : readCurrent(single, id)));
  }
  return found;
}

async function orUnavailable<T extends object>(
  { isPartial }: Inspection,
  call: () => Promise<T>,
): Promise<T | Unavailable> {
  try {
    return await call();
  } catch (error) {
    if (!isPartial || !(error instanceof ConnectorError)) throw error;
    return { unavailable: error.code };
  }
}

function currentOf(source: AtSource): Current | undefined {
  return typeof source === 'object' && 'version' in source ? source : undefined;
}

function failureOf(side: object | string): string | undefined {
  return typeof side === 'object' && 'unavailable' in side ? String(side.unavailable) : undefined;
}

async function compare(inspection: Inspection, resource: Resource): Promise<Compared> {
  const { definition, context, values } = inspection;
  const { id, source, row, isGiven } = resource;
  const { mapped, code } = map(inspection, row?.status === 'deleted' ? 'gone' : source);
  const known = knownRecord(id, row, true);
  const found = await orUnavailable(inspection, async () => ({
    inOms: await definition.inspection.find(mapped?.model, known, context),
  }));
  const inOms = 'inOms' in found ? found.inOms : undefined;
  const unavailable = unavailableSides(source, found);
  const sourceVersion = currentOf(source)?.version;
  const shown: Omit<InspectedResource, 'class' | 'fields'> = {
    id,
    isInOms: inOms !== undefined,
    ...(sourceVersion !== undefined && { sourceVersion }),
    ...(row?.isSkipped && { isSkipped: true }),
    ...(row && row.version > 0 && { writtenVersion: row.version }),
    ...shownRef(inOms?.ref ?? row?.ref, values),
    ...(unavailable && { unavailable }),
  };
  const as = (answer: Pick<InspectedResource, 'class' | 'code'> & Partial<InspectedResource>): Compared => ({
    resource,
    inspected: { ...shown, fields: [], ...answer },
    omsVersion: inOms?.version,
  });

  if (row?.status === 'deleted') return as({ class: 'deleted' });
  const failed = unavailable?.source ?? unavailable?.oms;
  if (failed !== undefined) return as({ class: 'unknown', code: failed });
  if (source === 'gone') return as({ class: inOms ? 'orphan' : 'unknown' });
  if (!mapped || sourceVersion === undefined) return as({ class: 'unmappable', code: code ?? 'INVALID:$' });
  // A newer version was written: this read says nothing.
  if (sourceVersion < (row?.version ?? 0) && !isGiven) return as({ class: 'unknown', code: 'STALE_READ' });
  return as(differences(inspection, resource, { mapped, known, inOms, sourceVersion }));
}

function unavailableSides(source: AtSource, found: object): InspectedResource['unavailable'] {
  const [atSource, inOms] = [failureOf(source), failureOf(found)];
  if (atSource === undefined && inOms === undefined) return undefined;
  return { ...(atSource !== undefined && { source: atSource }), ...(inOms !== undefined && { oms: inOms }) };
}

function differences(
  { definition, context, ports, values }: Inspection,
  { id, row }: Resource,
  sides: {
    readonly mapped: Mapped;
    readonly known: KnownRecord;
    readonly inOms: OmsRecord | undefined;
    readonly sourceVersion: number;
  },
): Pick<InspectedResource, 'class' | 'fields' | 'all' | 'code'> {
  const { mapped, known, inOms, sourceVersion } = sides;
  const expected = inOms
    ? definition.inspection.expected(mapped.model, known, context)
    : contentFields(mapped.content);
  const oms = inOms?.fields ?? new Map<string, unknown>();
  const hash = contentHash(mapped.content);
  const differing = inOms ? differingFields({ id, expected, oms, row, hash }) : [];
  const show = showing(values, [id, ports.projectKey]);
  const result = classOf({ row, sourceVersion, isInOms: inOms !== undefined, differences: differing });
  return {
    class: result,
    fields: differing.map(({ field, changed }) => ({
      field,
      changed,
      ...(values !== 'none' && { source: show(expected.get(field)), oms: show(oms.get(field)) }),
    })),
    ...(values !== 'none' && {
      all: [...expected].map(([field, value]) => ({ field, source: show(value), oms: show(oms.get(field)) })),
    }),
    ...(row?.failure && result !== 'in-sync' && { code: row.failure.code }),
  };
}

/** The mapped resource, or the code of why it cannot be mapped. */
function map(
  { definition, context }: Inspection,
  source: AtSource,
): { readonly mapped?: Mapped; readonly code?: string } {
  const current = currentOf(source);
  if (!current) return {};
  try {
    return { mapped: definition.map(parseSource(definition.source, current.body), context) };
  } catch (error) {
    return { code: toFailure(error).code };
  }
}

/** Ids are no secret; every other value is shown as the request says. A missing value is null. */
function showing(values: ValuesShown, ids: readonly string[]): (value: unknown) => unknown {
  return (value) => {
    if (value === undefined || value === null) return null;
    return values === 'plain' || ids.includes(String(value)) ? value : masked(value);
  };
}

function shownRef(ref: string | undefined, values: ValuesShown): { ref?: string } {
  if (ref === undefined) return {};
  return { ref: values === 'plain' || isMadeOfIds(ref) ? ref : maskedText(ref) };
}
