import {
  AwsError,
  type FaultKind,
  type FaultRule,
  type Faults,
  type JsonObject,
  type ServiceCall,
} from '../contract.ts';
import { objects } from '../fields.ts';
import { restServices } from './protocols.ts';
import { randomSequence } from './random.ts';

interface ActiveRule {
  readonly rule: FaultRule;
  readonly draw: () => number;
  times: number;
}

type Execute = (call: ServiceCall) => Promise<JsonObject>;

/** Applies the active faults to calls. */
export class SeededFaults implements Faults {
  readonly #seed: number;
  readonly #rules = new Set<ActiveRule>();
  readonly #added: ActiveRule[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(rule: FaultRule): () => void {
    const draw = randomSequence(this.#seed, `${rule.kind} ${rule.service} ${rule.operation}`);
    const active: ActiveRule = { rule, draw, times: 0 };
    this.#rules.add(active);
    this.#added.push(active);
    return () => this.#rules.delete(active);
  }

  clear(): void {
    this.#rules.clear();
  }

  counts(): { kind: FaultKind; service: string; operation: string; times: number }[] {
    return this.#added.map(({ rule: { kind, service, operation }, times }) => ({
      kind,
      service,
      operation,
      times,
    }));
  }

  async around(call: ServiceCall, execute: Execute): Promise<JsonObject> {
    if (this.#rules.size === 0 || call.caller.kind === 'host') return execute(call);
    if (this.#strikes('throttle', call)) throw throttled(call);
    if (this.#strikes('deliver-twice', call)) await execute(call);
    const answer = await this.#withFailedEntries(call, execute);
    if (this.#strikes('lose-answer', call))
      throw new AwsError('InternalFailure', 'The answer was lost', { status: 500 });
    return answer;
  }

  #ruleFor(kind: FaultKind, call: ServiceCall): ActiveRule | undefined {
    return [...this.#rules].find(
      ({ rule }) => rule.kind === kind && rule.service === call.service && rule.operation === call.operation,
    );
  }

  #strikes(kind: FaultKind, call: ServiceCall): boolean {
    const active = this.#ruleFor(kind, call);
    if (!active || active.times >= (active.rule.limit ?? Number.POSITIVE_INFINITY)) return false;
    const strikes = active.draw() < active.rule.rate;
    if (strikes) active.times += 1;
    return strikes;
  }

  async #withFailedEntries(call: ServiceCall, execute: Execute): Promise<JsonObject> {
    if (!this.#ruleFor('fail-entries', call)) return execute(call);
    const entries = objects(call.input, 'Entries');
    const failed = entries.map(() => this.#strikes('fail-entries', call));
    const kept = entries.filter((_, index) => !failed[index]);
    // An empty batch would be another error, so nothing is sent when every entry failed.
    const answer = kept.length > 0 ? await execute({ ...call, input: { ...call.input, Entries: kept } }) : {};
    return call.operation === 'PutEvents'
      ? putEventsAnswer(answer, failed)
      : batchAnswer(
          answer,
          entries.filter((_, index) => failed[index]),
        );
  }
}

function throttled(call: ServiceCall): AwsError {
  const status = restServices.includes(call.service) ? 429 : 400;
  return new AwsError('ThrottlingException', 'Rate exceeded', { status });
}

/** SQS lists `Successful` and `Failed` entries by id. */
function batchAnswer(answer: JsonObject, failed: readonly JsonObject[]): JsonObject {
  const refusals = failed.map((entry) => ({
    Id: entry['Id'] ?? '',
    SenderFault: false,
    Code: 'InternalError',
    Message: 'Seeded fault',
  }));
  return {
    Successful: objects(answer, 'Successful'),
    Failed: [...objects(answer, 'Failed'), ...refusals],
  };
}

/** EventBridge returns one result per entry, in the order of the request. */
function putEventsAnswer(answer: JsonObject, failed: readonly boolean[]): JsonObject {
  const results = objects(answer, 'Entries').values();
  const refusal = { ErrorCode: 'InternalFailure', ErrorMessage: 'Seeded fault' };
  const entries = failed.map((isFailed) => (isFailed ? refusal : (results.next().value ?? refusal)));
  return { FailedEntryCount: entries.filter((entry) => 'ErrorCode' in entry).length, Entries: entries };
}
