import type { HandlerAnswer, HandlerRequest } from '../../lambdas/core/runs/handler-request.ts';
import type { HandlerFunctions } from '../../lambdas/core/runs/ports/handler-functions.ts';

type Asked = HandlerRequest['request'];

/** Answers by kind of request. They throw what the handler would throw. */
export type MemoryAnswers = {
  readonly [R in Asked]?: (
    request: Extract<HandlerRequest, { request: R }>,
    handlerId: string,
  ) => HandlerAnswer<R> | Promise<HandlerAnswer<R>>;
};

export interface MemoryHandlerFunctions extends HandlerFunctions {
  readonly asked: { readonly handlerId: string; readonly request: HandlerRequest }[];
}

export function createMemoryHandlerFunctions(answers: MemoryAnswers): MemoryHandlerFunctions {
  const asked: MemoryHandlerFunctions['asked'] = [];
  return {
    asked,
    async ask(handlerId, request) {
      asked.push({ handlerId, request });
      const answer = answers[request.request] as
        | ((request: HandlerRequest, handlerId: string) => unknown)
        | undefined;
      if (!answer) throw new Error(`This handler answers no "${request.request}".`);
      return (await answer(request, handlerId)) as never;
    },
  };
}
