import type { HandlerAnswer, HandlerRequest } from '../handler-request.ts';

/** Invokes a handler's function directly. Throws a ConnectorError: the handler's failure, or `HANDLER_UNREACHABLE`. */
export interface HandlerFunctions {
  ask<R extends HandlerRequest['request']>(
    handlerId: string,
    request: Extract<HandlerRequest, { request: R }>,
  ): Promise<HandlerAnswer<R>>;
}
