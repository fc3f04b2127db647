import { ConnectorError } from '../../core/base/errors.ts';
import { isOvertaken } from '../../core/delivery/pending-change.ts';
import type { StateRow } from '../../core/delivery/ports/state-store.ts';
import { conflict, notFound } from '../../core/operations/control-error.ts';
import { remedyFor } from '../../core/operations/failure-causes.ts';
import { currentSchedule } from '../../core/operations/schedule.ts';
import type { InspectedResource, ValuesShown } from '../../core/runs/handler-request.ts';
import type { OperationInput, OperationOutput } from '../api/control-api.ts';
import type { explainApi } from '../api/explain-api.ts';
import { type HandlerScope, handlerScope } from '../handler-scope.ts';
import type { OperationsOf } from '../ports.ts';
import { stateOf } from '../views/shown-handler.ts';
import { type Flow, verdictOf } from '../views/verdict.ts';

type Subject = OperationInput<'explain'>['subject'];
type ShownRecord = NonNullable<OperationOutput<'explain'>['record']>;

export const explainOperations: OperationsOf<typeof explainApi> = {
  explain: async (ports, { handler, subject, values }) => {
    const scope = handlerScope(ports, handler);
    const id = await idOf(scope, subject);
    const [resource, record, recorded, { value: switches }, flow] = await Promise.all([
      inspect(scope, id, values),
      scope.record(id),
      ports.pending.byIds([scope.key(id)]),
      ports.settings.handler(handler).read(),
      readFlow(scope),
    ]);
    const pending = recorded.find((change) => !isOvertaken(change, record));
    if (!record && !pending && isUnknown(resource)) {
      throw notFound(
        'RESOURCE_UNKNOWN',
        `Neither commercetools nor Fluent nor the connector knows ${id}. Is it the id of a customer in project ${ports.projectKey}?`,
      );
    }
    return {
      resource,
      verdict: verdictOf({ resource, record, pending, switches, flow, now: ports.clock() }),
      ...(record && { record: shownRecord(record) }),
      ...(pending && {
        pending: { version: pending.version, kind: pending.kind, since: pending.since },
      }),
      recent: (record?.recent ?? []).map((end) => ({ ...end, at: end.at * 1_000 })),
      handlerState: stateOf(switches),
    };
  },
};

async function readFlow({ ports, handler }: HandlerScope): Promise<Flow> {
  const [{ value: intake }, { value: watch }, { value: stored }] = await Promise.all([
    ports.settings.intake().read(),
    ports.settings.watch().read(),
    ports.settings.schedule('reconcile', handler).read(),
  ]);
  const reconcile = currentSchedule('reconcile', stored, { care: ports.care, now: ports.clock() });
  return { intake, watch, reconcile };
}

/** The id of the one customer with this e-mail or key. An error message does not repeat either. */
async function idOf({ ports, resourceType }: HandlerScope, subject: Subject): Promise<string> {
  if ('id' in subject) return subject.id;
  const [by, value] =
    'email' in subject ? (['email', subject.email] as const) : (['key', subject.key] as const);
  const found = await ports.lister.find({ resourceType, by, value });
  const [id, ...others] = found;
  if (id === undefined) {
    throw notFound(
      'RESOURCE_UNKNOWN',
      `commercetools has no ${resourceType} with this ${by}. Use the id for a deleted one.`,
    );
  }
  if (others.length > 0) {
    throw conflict(
      'AMBIGUOUS',
      `Several ${resourceType}s have this ${by}: ${found.join(', ')}. Use one of these ids.`,
    );
  }
  return id;
}

/** If the handler or a system behind it does not answer, the sync record still says a lot. */
async function inspect(
  { ports, handler }: HandlerScope,
  id: string,
  values: ValuesShown,
): Promise<InspectedResource> {
  const unknown = { id, class: 'unknown' as const, isInOms: false, fields: [] };
  try {
    const { resources } = await ports.handlerFunctions.ask(handler, {
      request: 'inspect',
      resources: [{ id }],
      values,
      isPartial: true,
    });
    return resources[0] ?? { ...unknown, code: 'NOT_ANSWERED' };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { ...unknown, code: error.code, unavailable: { source: error.code, oms: error.code } };
  }
}

function isUnknown({ class: found, code, isInOms, sourceVersion }: InspectedResource): boolean {
  return found === 'unknown' && code === undefined && !isInOms && sourceVersion === undefined;
}

function shownRecord(record: StateRow): ShownRecord {
  const { status, version, at, failure, waiting } = record;
  return {
    status,
    version,
    ...(at !== undefined && { committedAt: at * 1_000 }),
    isSkipped: record.isSkipped === true,
    isLinked: record.isLinked === true,
    isErased: record.erased === true,
    ...(failure && { failure: { ...failure, remedy: remedyFor(failure.code) } }),
    ...(waiting && { waiting: { code: waiting.code, receives: waiting.receives, until: waiting.until } }),
  };
}
