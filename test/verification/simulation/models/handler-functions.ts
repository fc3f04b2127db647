import type { HandlerRequest } from '../../../../lambdas/core/runs/handler-request.ts';
import type { HandlerFunctions } from '../../../../lambdas/core/runs/ports/handler-functions.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import { invokeDirectly } from './direct.ts';
import type { FunctionHost } from './function-host.ts';
import type { Invocation } from './invocation.ts';

/** Direct requests of one invocation to the handler function, which runs in its own invocation. */
export function handlerFunctionsOf(
  sim: Sim,
  code: Code,
  use: {
    invocation: Invocation;
    host: FunctionHost;
    answer: (request: HandlerRequest, invocation: Invocation) => Promise<unknown>;
  },
): HandlerFunctions {
  const { faults, random } = sim;
  const unreachable = () =>
    new code.ConnectorError({ failureClass: 'retry', code: 'HANDLER_UNREACHABLE' }, 'No answer.');
  return {
    ask: (_handlerId, request) => {
      const fault = faults.draw('ask');
      const after = random.integer(5, 50);
      const fate = {
        effectAfter: fault === 'unreachable' ? undefined : after,
        answerAfter: after,
        error: fault ? unreachable() : undefined,
      };
      return use.invocation.call(`ask ${request.request}`, fate, () => {
        const answered = invokeDirectly(sim, use.host, request.request, (invocation) =>
          use.answer(request, invocation),
        ).then(
          (answer) => read(code, request.request, answer),
          () => {
            throw unreachable();
          },
        );
        // The caller may have ended by then.
        answered.catch(() => {});
        return answered;
      });
    },
  };
}

/** As the real adapter reads it: an answer, or the failure of the handler. */
function read<R extends HandlerRequest['request']>(code: Code, request: R, answer: unknown) {
  const failed = code.handlerFailure.safeParse(answer);
  if (failed.success) {
    const { retryAfterSeconds, ...failure } = failed.data.error;
    const known = { ...failure, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
    throw new code.ConnectorError(known, `The handler: ${failure.code}`);
  }
  return code.handlerAnswers[request].parse(answer) as never;
}
