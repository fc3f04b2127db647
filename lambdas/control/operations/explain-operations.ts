import { ConnectorError } from '../../core/base/errors.ts';
import { isOvertaken } from '../../core/delivery/pending-change.ts';
import type { StateRow } from '../../core/delivery/ports/state-store.ts';
import { conflict, notFound } from '../../core/operations/control-error.ts';
import { remedyFor } from '../../core/operations/failure-causes.ts';
import { defaultSchedule, followStage } from '../../core/operations/schedule.ts';
import type { InspectedResource, ValuesShown } from '../../core/runs/handler-request.ts';
import { knownHandler, stateKeyOf } from '../known-handler.ts';
import type { OperationInput, OperationOutput } from '../operations.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { rowsOf } from '../rows-of.ts';
import { stateOf } from '../shown-handler.ts';
import { type Flow, verdictOf } from '../verdict.ts';

type Subject = OperationInput<'explain'>['subject'];
type ShownRow = NonNullable<OperationOutput<'explain'>['row']>;

export const explainOperations: OperationsOf<'explain'> = {
  explain: async (ports, { handler, subject, values }) => {
    const id = await idOf(ports, handler, subject);
    const key = stateKeyOf(ports, handler, id);
    const [resource, rows, recorded, { value: switches }, flow] = await Promise.all([
      inspect(ports, handler, id, values),
      rowsOf(ports, handler, [id]),
      ports.pending.byIds([key]),
      ports.settings.handler(handler).read(),
      readFlow(ports, handler),
    ]);
    const row = rows.get(id);
    const pending = recorded.find((change) => !isOvertaken(change, row));
    if (!row && !pending && isNowhere(resource)) {
      throw notFound(
        'RESOURCE_UNKNOWN',
        `Neither commercetools nor Fluent nor the connector knows ${id}. Is it the id of a customer of the project ${ports.projectKey}?`,
      );
    }
    return {
      resource,
      verdict: verdictOf({ resource, row, pending, switches, flow, now: ports.clock() }),
      ...(row && { row: shownRow(row) }),
      ...(pending && {
        pending: { version: pending.version, kind: pending.kind, since: pending.since },
      }),
      recent: (row?.recent ?? []).map((end) => ({ ...end, at: end.at * 1_000 })),
      handlerState: stateOf(switches),
    };
  },
};

/** What brings changes here: the intake, the subscription, and the reconcile that finds what both missed. */
async function readFlow(ports: ControlPorts, handler: string): Promise<Flow> {
  const [{ value: intake }, { value: watch }, { value: stored }] = await Promise.all([
    ports.settings.intake().read(),
    ports.settings.watch().read(),
    ports.settings.schedule('reconcile', handler).read(),
  ]);
  const { care, clock } = ports;
  const reconcile = stored
    ? followStage(stored, 'reconcile', care, clock())
    : defaultSchedule('reconcile', care, clock());
  return { intake, watch, reconcile };
}

/** The id of the one customer with this e-mail or key. Neither is repeated in a refusal. */
async function idOf(ports: ControlPorts, handler: string, subject: Subject): Promise<string> {
  const { resourceType } = knownHandler(ports, handler);
  if ('id' in subject) return subject.id;
  const [by, value] =
    'email' in subject ? (['email', subject.email] as const) : (['key', subject.key] as const);
  const found = await ports.lister.find({ resourceType, by, value });
  const [id, ...others] = found;
  if (id === undefined) {
    throw notFound(
      'RESOURCE_UNKNOWN',
      `commercetools has no ${resourceType} with that ${by}. One that was deleted can be found by its id only.`,
    );
  }
  if (others.length > 0) {
    throw conflict('AMBIGUOUS', `Several have that ${by}: ${found.join(', ')}. Ask with one of these ids.`);
  }
  return id;
}

/** When the handler or a system behind it is down, the row still tells a lot. */
async function inspect(
  ports: ControlPorts,
  handler: string,
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

function isNowhere({ class: found, code, isInOms, sourceVersion }: InspectedResource): boolean {
  return found === 'unknown' && code === undefined && !isInOms && sourceVersion === undefined;
}

function shownRow(row: StateRow): ShownRow {
  const { status, version, at, failure, waiting } = row;
  return {
    status,
    version,
    ...(at !== undefined && { committedAt: at * 1_000 }),
    isSkipped: row.isSkipped === true,
    isLinked: row.isLinked === true,
    isErased: row.erased === true,
    ...(failure && { failure: { ...failure, remedy: remedyFor(failure.code) } }),
    ...(waiting && { waiting: { code: waiting.code, receives: waiting.receives, until: waiting.until } }),
  };
}
