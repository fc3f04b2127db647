import { allOf } from '../../core/base/all-of.ts';
import { ConnectorError, toFailure } from '../../core/base/errors.ts';
import { contentHash } from '../../core/base/hash.ts';
import { isMadeOfIds, masked, maskedText } from '../../core/base/masking.ts';
import { contentFields } from '../../core/delivery/field-hashes.ts';
import type { StateRow } from '../../core/delivery/ports/state-store.ts';
import type {
  HandlerAnswer,
  HandlerRequest,
  InspectedResource,
  ValuesShown,
} from '../../core/runs/handler-request.ts';
import { classOf, differingFields } from '../../core/runs/three-way.ts';
import type { Asked } from './handler-requests.ts';
import type { InOms, KnownRow, Mapped } from './resource-definition.ts';
import { knownRow, readRows } from './resource-row.ts';
import { type Current, readCurrent, readSource } from './resource-source.ts';

type Request = Extract<HandlerRequest, { request: 'inspect' }>;

/** Lookups in the OMS at the same time: as many as a batch of a queue makes. */
const SIDE_BY_SIDE = 10;

/** A side that did not answer. */
interface Silent {
  readonly silent: string;
}

/** What stands at the source: a resource, nothing, something that is none, or nobody knows. */
type AtSource = Current | 'gone' | 'unreadable' | Silent;

/** One resource with what is needed to compare it. */
interface Look {
  readonly id: string;
  readonly source: AtSource;
  readonly row: StateRow | undefined;
  /** The caller brought the body: it may be older than what was written since. */
  readonly isGiven: boolean;
}

interface Seen {
  readonly look: Look;
  readonly inspected: InspectedResource;
  /** Source version that the record in the OMS was written from. */
  readonly omsVersion: number | undefined;
}

/**
 * Compares resources on three sides. What differs is looked at twice if it moved in between: a change that is on its way while
 * a page is compared is no difference.
 */
export async function inspect<Source, Model, Settings>(
  asked: Asked<Source, Model, Settings>,
  { resources, values, isPartial = false }: Request,
): Promise<HandlerAnswer<'inspect'>> {
  const given = new Map(
    resources.flatMap(({ id, body }): [string, AtSource][] =>
      body === undefined ? [] : [[id, body === null ? 'gone' : readCurrent(body, id)]],
    ),
  );
  const ids = [...new Set(resources.map(({ id }) => id))];
  const how = { values, isPartial };
  const first = await lookAt(asked, ids, given, how);
  const suspects = first.filter(({ inspected }) => !settledClasses.has(inspected.class));
  const moved = await movedMeanwhile(asked, suspects);
  const again = await lookAt(asked, [...moved], new Map(), how);
  const latest = new Map([...first, ...again].map(({ inspected }) => [inspected.id, inspected]));
  return { resources: resources.flatMap(({ id }) => latest.get(id) ?? []) };
}

const settledClasses = new Set<InspectedResource['class']>(['in-sync', 'deleted', 'unmappable', 'unknown']);

/** How to look: what is shown of values, and whether a silent side is an answer. */
interface How {
  readonly values: ValuesShown;
  readonly isPartial: boolean;
}

/** Ids of those whose row or record is not what the comparison saw any more, or is newer than the body that came along. */
async function movedMeanwhile<Source, Model, Settings>(
  { definition, ports }: Asked<Source, Model, Settings>,
  suspects: readonly Seen[],
): Promise<Set<string>> {
  const rows = await readRows(ports, definition.resourceType, new Set(suspects.map(({ look }) => look.id)));
  const isMoved = ({ look, omsVersion }: Seen): boolean => {
    const row = rows.get(look.id);
    const newest = Math.max(omsVersion ?? 0, row?.version ?? 0);
    const version = currentOf(look.source)?.version;
    const isOld = look.isGiven && version !== undefined && version < newest;
    return isOld || row?.version !== look.row?.version || row?.hash !== look.row?.hash;
  };
  return new Set(suspects.filter(isMoved).map(({ look }) => look.id));
}

async function lookAt<Source, Model, Settings>(
  asked: Asked<Source, Model, Settings>,
  ids: readonly string[],
  given: ReadonlyMap<string, AtSource>,
  how: How,
): Promise<Seen[]> {
  if (ids.length === 0) return [];
  const rows = await readRows(asked.ports, asked.definition.resourceType, new Set(ids));
  const unknown = ids.filter((id) => !given.has(id));
  const read = await orSilent(how, () => readAll(asked, unknown));
  const looks = ids.map((id) => {
    const source = given.get(id) ?? ('silent' in read ? read : (read.get(id) ?? 'gone'));
    return { id, source, row: rows.get(id), isGiven: given.has(id) };
  });
  const seen: Seen[] = [];
  for (let at = 0; at < looks.length; at += SIDE_BY_SIDE) {
    const some = looks.slice(at, at + SIDE_BY_SIDE);
    seen.push(...(await allOf(some.map((look) => compare(asked, look, how)))));
  }
  return seen;
}

/** One query for all; an id that it does not give is asked for by itself, because a list may lag behind. */
async function readAll<Source, Model, Settings>(
  { definition, settings, ports }: Asked<Source, Model, Settings>,
  ids: readonly string[],
): Promise<Map<string, AtSource>> {
  if (ids.length === 0) return new Map();
  const fetch = (some: readonly string[]) => definition.fetch(ports.services, some, settings);
  const listed = ids.length > 1 ? await fetch(ids) : [];
  const found = new Map<string, AtSource>();
  for (const id of ids) {
    const inList = listed.map((body) => readCurrent(body, id)).find((one) => one !== 'unreadable');
    const [single] = inList ? [] : await fetch([id]);
    found.set(id, inList ?? (single === undefined ? 'gone' : readCurrent(single, id)));
  }
  return found;
}

/** The answer; or why there is none, if whoever asked can do with that. */
async function orSilent<T extends object>({ isPartial }: How, ask: () => Promise<T>): Promise<T | Silent> {
  try {
    return await ask();
  } catch (error) {
    if (!isPartial || !(error instanceof ConnectorError)) throw error;
    return { silent: error.code };
  }
}

function currentOf(source: AtSource): Current | undefined {
  return typeof source === 'object' && 'version' in source ? source : undefined;
}

function silenceOf(side: object | string | undefined): string | undefined {
  return typeof side === 'object' && 'silent' in side ? String(side.silent) : undefined;
}

async function compare<Source, Model, Settings>(
  asked: Asked<Source, Model, Settings>,
  look: Look,
  how: How,
): Promise<Seen> {
  const { values } = how;
  const { definition, settings, ports } = asked;
  const { id, source, row } = look;
  const { mapped, code } = map(asked, row?.status === 'deleted' ? 'gone' : source);
  const known = knownRow(row, true);
  const wanted = { id, ...(mapped && { model: mapped.model }) };
  const found = await orSilent(how, async () => ({
    inOms: await definition.inspection.find(ports.services, wanted, known, settings),
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
    ...refOf(inOms?.ref ?? row?.ref, values),
    ...(unavailable && { unavailable }),
  };
  const seen = (inspected: InspectedResource): Seen => ({ look, inspected, omsVersion: inOms?.version });

  if (row?.status === 'deleted') return seen({ ...shown, class: 'deleted', fields: [] });
  const silent = unavailable?.source ?? unavailable?.oms;
  if (silent !== undefined) return seen({ ...shown, class: 'unknown', fields: [], code: silent });
  if (source === 'gone') return seen({ ...shown, class: inOms ? 'orphan' : 'unknown', fields: [] });
  if (!mapped || sourceVersion === undefined)
    return seen({ ...shown, class: 'unmappable', fields: [], code: code ?? 'INVALID:$' });
  // Something newer was written: this body says nothing any more.
  if (sourceVersion < (row?.version ?? 0) && !look.isGiven)
    return seen({ ...shown, class: 'unknown', fields: [], code: 'STALE_READ' });

  return seen({ ...shown, ...differences(asked, look, { mapped, known, inOms, sourceVersion, values }) });
}

function unavailableSides(source: AtSource, found: object): InspectedResource['unavailable'] {
  const [atSource, inOms] = [silenceOf(source), silenceOf(found)];
  if (atSource === undefined && inOms === undefined) return undefined;
  return { ...(atSource !== undefined && { source: atSource }), ...(inOms !== undefined && { oms: inOms }) };
}

function differences<Source, Model, Settings>(
  { definition, settings, ports }: Asked<Source, Model, Settings>,
  { id, row }: Look,
  sides: {
    mapped: Mapped<Model>;
    known: KnownRow;
    inOms: InOms | undefined;
    sourceVersion: number;
    values: ValuesShown;
  },
): Pick<InspectedResource, 'class' | 'fields' | 'all' | 'code'> {
  const { mapped, known, inOms, sourceVersion, values } = sides;
  const expected = inOms
    ? definition.inspection.expected(mapped.model, known, settings)
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

/** The mapped model, or why there is none. */
function map<Source, Model, Settings>(
  { definition, settings, ports: { projectKey } }: Asked<Source, Model, Settings>,
  source: AtSource,
): { readonly mapped?: Mapped<Model>; readonly code?: string } {
  const current = currentOf(source);
  if (!current) return {};
  try {
    return { mapped: definition.map(readSource(definition.source, current), { settings, projectKey }) };
  } catch (error) {
    return { code: toFailure(error, false).code };
  }
}

/** Ids are no secret; every other value is shown as far as was asked for. A missing one is null. */
function showing(values: ValuesShown, ids: readonly string[]): (value: unknown) => unknown {
  return (value) => {
    if (value === undefined || value === null) return null;
    return values === 'plain' || ids.includes(String(value)) ? value : masked(value);
  };
}

function refOf(ref: string | undefined, values: ValuesShown): { ref?: string } {
  if (ref === undefined) return {};
  return { ref: values === 'plain' || isMadeOfIds(ref) ? ref : maskedText(ref) };
}
