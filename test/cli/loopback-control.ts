import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  type ControlAnswer,
  controlAnswer,
  controlRequest,
  type OperationName,
  type OperationOutput,
  operations,
} from '../../lambdas/control/api/control-api.ts';

type Refusal = Extract<ControlAnswer, { ok: false }>['error'];
type Answer = { readonly output: unknown } | { readonly error: Refusal } | { readonly crash: string };
export type Request = { readonly operation: OperationName; readonly input: unknown; readonly caller: string };

/** Lambda and STS on loopback. The schemas of the operations check the answers. */
export interface LoopbackControl {
  /** For `--port`: the endpoint is two above. */
  readonly port: string;
  readonly requests: Request[];
  /** The next answers of an operation in order; the last one repeats. */
  answers<N extends OperationName>(operation: N, ...outputs: OperationOutput<N>[]): void;
  refuses(operation: OperationName, error: Refusal): void;
  crashes(operation: OperationName): void;
  /** Answers with this payload, unchecked. */
  sends(operation: OperationName, payload: unknown): void;
  stop(): Promise<void>;
}

const sts = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:sts::000000000000:assumed-role/Operator/jane</Arn><UserId>X</UserId><Account>000000000000</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** The local stage and `dev` are deployed. */
const functions = ['local', 'dev'].map(
  (stage) => `/2015-03-31/functions/commercetools-fluent-${stage}-control/invocations`,
);

export async function startLoopbackControl(): Promise<LoopbackControl> {
  const queues = new Map<string, Answer[]>();
  const raw = new Map<string, unknown>();
  const requests: Request[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.url === '/') return void response.setHeader('content-type', 'text/xml').end(sts);
    if (!functions.includes(request.url ?? '')) {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' });
      return void response.end(JSON.stringify({ message: 'Function not found' }));
    }
    const received = controlRequest.parse(JSON.parse(body)) as Request;
    // The function would refuse invalid input, so this must too.
    operations[received.operation].input.parse(received.input);
    requests.push(received);
    const answers = queues.get(received.operation) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (raw.has(received.operation)) return void response.end(JSON.stringify(raw.get(received.operation)));
    if (!answer) throw new Error(`no answer for ${received.operation}`);
    if ('crash' in answer) {
      response.setHeader('x-amz-function-error', 'Unhandled');
      return void response.end(JSON.stringify({ errorMessage: answer.crash }));
    }
    response.end(
      JSON.stringify(
        controlAnswer.parse('error' in answer ? { ok: false, ...answer } : { ok: true, ...answer }),
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: String((server.address() as AddressInfo).port - 2),
    requests,
    answers: (operation, ...outputs) => {
      raw.delete(operation);
      queues.set(
        operation,
        outputs.map((output) => ({ output: operations[operation].output.parse(output) })),
      );
    },
    refuses: (operation, error) => void queues.set(operation, [{ error }]),
    crashes: (operation) => void queues.set(operation, [{ crash: 'out of memory' }]),
    sends: (operation, payload) => void raw.set(operation, payload),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
