import { ConnectorError, toFailure } from '../../../core/base/errors.ts';
import { isMadeOfIds } from '../../../core/base/masking.ts';
import { judgeOms } from '../../../core/base/outage.ts';
import { firstPath } from '../../../core/delivery/notification.ts';
import {
  type HandlerAnswer,
  type HandlerFailure,
  type HandlerRequest,
  handlerRequest,
} from '../../../core/runs/handler-request.ts';
import { readRows } from '../known-record.ts';
import { contextOf, type RequestPorts, type ResourceHandler } from '../resource-ports.ts';
import { inspect } from './inspect.ts';

type Handler = ResourceHandler<RequestPorts>;
type AnyAnswer = { [R in HandlerRequest['request']]: HandlerAnswer<R> }[HandlerRequest['request']];

/** Answers a direct request. Never throws: the caller gets a failure as `handlerFailure` describes it. */
export async function answerHandlerRequest(
  handler: Handler,
  request: unknown,
): Promise<AnyAnswer | HandlerFailure> {
  try {
    const read = handlerRequest.safeParse(request);
    if (read.success) return await answer(handler, read.data);
    throw new ConnectorError(
      { failureClass: 'permanent', code: `INVALID_REQUEST:${firstPath(read.error)}` },
      'A handler does not know this request.',
    );
  } catch (error) {
    const { failureClass, code, retryAfterSeconds } = toFailure(error);
    return {
      error: { failureClass, code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
    };
  }
}

function answer(handler: Handler, request: HandlerRequest): Promise<AnyAnswer> {
  switch (request.request) {
    case 'inspect':
      return inspect(handler, request);
    case 'list-oms':
      return listOms(handler, request.after);
    case 'probe':
      return probe(handler.ports);
    case 'look-up-ref':
      return findByRef(handler, request.ref);
    case 'hook':
      return runHook(handler, request);
  }
}

/** Leaves out deleted resources: their records are as the delete policy wants them. */
async function listOms(handler: Handler, after: string | undefined): Promise<HandlerAnswer<'list-oms'>> {
  const { definition, ports } = handler;
  const query = after === undefined ? {} : { after };
  const { records, next } = await definition.inspection.list(query, contextOf(handler));
  const rows = await readRows(ports, definition.resourceType, new Set(records.map(({ id }) => id)));
  return {
    records: records
      .filter(({ id }) => rows.get(id)?.status !== 'deleted')
      .map(({ id, ref }) => ({ id, ...(isMadeOfIds(ref) && { ref }) })),
    ...(next !== undefined && { next }),
  };
}

/** A rate limit counts as up: only a running system answers it. */
async function probe({ services, clock }: RequestPorts): Promise<HandlerAnswer<'probe'>> {
  const startedAt = clock();
  try {
    await services.fluent.ping();
    return { isUp: true, latencyMs: clock() - startedAt };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { isUp: judgeOms(error) !== 'down', code: error.code, latencyMs: clock() - startedAt };
  }
}

async function findByRef(handler: Handler, ref: string): Promise<HandlerAnswer<'look-up-ref'>> {
  const found = await handler.definition.inspection.byRef(ref, contextOf(handler));
  return { isKnown: found !== undefined, ...(found?.markedAs !== undefined && { markedAs: found.markedAs }) };
}

async function runHook(
  handler: Handler,
  { hook, run }: Extract<HandlerRequest, { request: 'hook' }>,
): Promise<HandlerAnswer<'hook'>> {
  const { onRunStarted, onRunEnded } = handler.definition;
  const call = hook === 'run.started' ? onRunStarted : onRunEnded;
  await call?.(run, contextOf(handler));
  return { taken: call !== undefined };
}
