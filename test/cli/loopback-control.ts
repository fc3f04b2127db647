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

/** What Lambda and STS say to the command line, on loopback; answers are checked by the schemas of the operations. */
export interface LoopbackControl {
  /** As `--port` takes it: the endpoint stands two above. */
  readonly port: string;
  readonly requests: Request[];
  /** The next answers of an operation, in order; the last one stays. */
  answers<N extends OperationName>(operation: N, ...outputs: OperationOutput<N>[]): void;
  refuses(operation: OperationName, error: Refusal): void;
  crashes(operation: OperationName): void;
  /** Sends this payload, whatever it is. */
  says(operation: OperationName, payload: unknown): void;
  stop(): Promise<void>;
}

const sts = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:sts::000000000000:assumed-role/Operator/jane</Arn><UserId>X</UserId><Account>000000000000</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** Deployed are a local stage and `dev`. */
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
    const asked = controlRequest.parse(JSON.parse(body)) as Request;
    // What the function would refuse must not pass here.
    operations[asked.operation].input.parse(asked.input);
    requests.push(asked);
    const answers = queues.get(asked.operation) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (raw.has(asked.operation)) return void response.end(JSON.stringify(raw.get(asked.operation)));
    if (!answer) throw new Error(`no answer for ${asked.operation}`);
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
    says: (operation, payload) => void raw.set(operation, payload),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
