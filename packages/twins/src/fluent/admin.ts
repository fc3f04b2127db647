import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FluentFaults, fluentFaults } from './faults.ts';
import { HttpError } from './fluent-error.ts';
import { readBody, sendJson } from './http.ts';
import { type FluentSwitches, fluentSwitches } from './switches.ts';

/** The part of the twin that `/_twin` shows and controls. */
interface AdministeredTwin {
  faults: FluentFaults;
  switches: FluentSwitches;
  customers(): unknown;
  calls(): unknown;
  reset(): void;
}

/** Answers `/_twin`, which needs no authorisation: the twin listens on loopback only. */
export async function answerAdmin(
  twin: AdministeredTwin,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split('?')[0];
  switch (`${request.method} ${path}`) {
    case 'GET /_twin/faults':
      return sendJson(response, 200, twin.faults);
    case 'PUT /_twin/faults':
      twin.faults = await changed(request, fluentFaults, twin.faults);
      return sendJson(response, 200, twin.faults);
    case 'GET /_twin/switches':
      return sendJson(response, 200, twin.switches);
    case 'PUT /_twin/switches':
      twin.switches = await changed(request, fluentSwitches, twin.switches);
      return sendJson(response, 200, twin.switches);
    case 'GET /_twin/customers':
      return sendJson(response, 200, twin.customers());
    case 'GET /_twin/calls':
      return sendJson(response, 200, twin.calls());
    case 'POST /_twin/reset':
      twin.reset();
      return sendJson(response, 200, {});
    default:
      throw new HttpError(404, 'not_found', 'Not found.');
  }
}

interface Parser<Value> {
  safeParse(value: unknown): { success: true; data: Value } | { success: false; error: { message: string } };
}

/** Replaces the members that the body names and keeps the others. */
async function changed<Value extends object>(
  request: IncomingMessage,
  parser: Parser<Value>,
  current: Value,
): Promise<Value> {
  const body: unknown = JSON.parse((await readBody(request)) || '{}');
  const parsed = parser.safeParse({ ...current, ...(body as object) });
  if (parsed.success) return parsed.data;
  throw new HttpError(400, 'bad_request', parsed.error.message);
}
