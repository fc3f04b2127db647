import { ConnectorError, toFailure } from '../../core/base/errors.ts';
import { isMadeOfIds } from '../../core/base/masking.ts';
import { judgeOms } from '../../core/base/outage.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { firstPath } from '../../core/delivery/notification.ts';
import type { StateStore } from '../../core/delivery/ports/state-store.ts';
import {
  type HandlerAnswer,
  type HandlerFailure,
  type HandlerRequest,
  handlerRequest,
} from '../../core/runs/handler-request.ts';
import { inspect } from './inspect.ts';
import type { ResourceDefinition, Services } from './resource-definition.ts';
import { readRows } from './resource-row.ts';

/** What a direct request to a handler works with. */
export interface RequestPorts {
  readonly handlerId: string;
  readonly projectKey: string;
  readonly store: Pick<StateStore, 'read'>;
  readonly services: Services;
  readonly clock: Clock;
}

/** A handler with its settings and ports. */
export interface Asked<Source, Model, Settings> {
  readonly definition: ResourceDefinition<Source, Model, Settings>;
  readonly settings: Settings;
  readonly ports: RequestPorts;
}

type AnyAnswer = { [R in HandlerRequest['request']]: HandlerAnswer<R> }[HandlerRequest['request']];

/** Answers a direct request. Never throws: whoever asked gets the failure, in the words of `handlerFailure`. */
export async function answerHandlerRequest<Source, Model, Settings>(
  asked: Asked<Source, Model, Settings>,
  request: unknown,
): Promise<AnyAnswer | HandlerFailure> {
  try {
    const read = handlerRequest.safeParse(request);
    if (read.success) return await answer(asked, read.data);
    throw new ConnectorError(
      { failureClass: 'permanent', code: `INVALID_REQUEST:${firstPath(read.error)}` },
      'A handler does not know this request.',
    );
  } catch (error) {
    const { failureClass, code, retryAfterSeconds } = toFailure(error, false);
    return {
      error: { failureClass, code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    };
  }
}

function answer<Source, Model, Settings>(
  asked: Asked<Source, Model, Settings>,
  request: HandlerRequest,
): Promise<AnyAnswer> {
  switch (request.request) {
    case 'inspect':
      return inspect(asked, request);
    case 'list-oms':
      return listOms(asked, request.after);
    case 'probe':
      return probe(asked);
    case 'look-up-ref':
      return lookUpRef(asked, request.ref);
    case 'hook':
      return runHook(asked, request);
  }
}

/** Records that carry our mark. Whom we know as deleted is left out: there the OMS is as the delete policy wants it. */
async function listOms<Source, Model, Settings>(
  { definition, settings, ports }: Asked<Source, Model, Settings>,
  after: string | undefined,
): Promise<HandlerAnswer<'list-oms'>> {
  const query = after === undefined ? {} : { after };
  const { projectKey, services } = ports;
  const { records, next } = await definition.inspection.list(services, query, { settings, projectKey });
  const rows = await readRows(ports, definition.resourceType, new Set(records.map(({ id }) => id)));
  return {
    records: records
      .filter(({ id }) => rows.get(id)?.status !== 'deleted')
      .map(({ id, ref }) => ({ id, ...(isMadeOfIds(ref) && { ref }) })),
    ...(next !== undefined && { next }),
  };
}

/** "Slow down" is said by a system that is there. */
async function probe<Source, Model, Settings>({
  ports: { services, clock },
}: Asked<Source, Model, Settings>): Promise<HandlerAnswer<'probe'>> {
  const startedAt = clock();
  try {
    await services.fluent.ping();
    return { isUp: true, latencyMs: clock() - startedAt };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { isUp: judgeOms(error) !== 'down', code: error.code, latencyMs: clock() - startedAt };
  }
}

async function lookUpRef<Source, Model, Settings>(
  { definition, settings, ports }: Asked<Source, Model, Settings>,
  ref: string,
): Promise<HandlerAnswer<'look-up-ref'>> {
  const found = await definition.inspection.byRef(ports.services, ref, settings);
  return { isKnown: found !== undefined, ...(found?.markedAs !== undefined && { markedAs: found.markedAs }) };
}

async function runHook<Source, Model, Settings>(
  { definition, settings, ports }: Asked<Source, Model, Settings>,
  { hook, run }: Extract<HandlerRequest, { request: 'hook' }>,
): Promise<HandlerAnswer<'hook'>> {
  const call = hook === 'run.started' ? definition.onRunStarted : definition.onRunEnded;
  await call?.(ports.services, run, settings);
  return { taken: call !== undefined };
}
