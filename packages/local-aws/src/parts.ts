/**
 * What the parts of the embedded AWS agree on. Every part is reached through `Gateway.call` with the names and
 * shapes of AWS's own API, whether the caller is an SDK client over HTTP or another part in this process: one
 * path, one policy check, one count.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Who calls. Decides which policies are asked. */
export type Caller =
  /** The local environment itself (interpreter, twins, command line): not checked. */
  | { readonly kind: 'host' }
  /** A function's role: its identity policies decide. `source` names function and environment. */
  | { readonly kind: 'role'; readonly role: string; readonly source: string }
  /** An AWS service acting for a resource (a rule, a schedule): the target's resource policy decides. */
  | { readonly kind: 'service'; readonly principal: string; readonly sourceArn: string };

export const host: Caller = { kind: 'host' };

export interface ServiceCall {
  /** Signing name: sqs, dynamodb, events, lambda, secretsmanager, ssm, monitoring, logs, sts, iam. */
  readonly service: string;
  /** Operation of the AWS API, for example SendMessageBatch. */
  readonly operation: string;
  readonly input: JsonObject;
  readonly caller: Caller;
  /** `x-amzn-trace-id` of the calling function; carries the lineage of the recursion guard. */
  readonly traceHeader?: string;
}

export interface Service {
  /** Answers one operation; refuses with AwsError. An operation it does not know is `UnknownOperationException`. */
  handle(call: ServiceCall): Promise<JsonObject>;
}

/** An error as AWS answers it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of the answer, for example `Item` of ConditionalCheckFailedException. */
  readonly members: JsonObject;
  constructor(code: string, message: string, options: { status?: number; members?: JsonObject } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/**
 * `lambda` operations as the gateway hands them over. Over HTTP the gateway makes `Invoke` from
 * `POST /2015-03-31/functions/{name}/invocations`; `Payload` is the JSON text of the event, byte for byte
 * (absent when the caller sent no body). `FunctionName` is a name, `name:qualifier` or an ARN, decoded.
 */
export interface InvokeInput {
  readonly FunctionName: string;
  readonly InvocationType: 'RequestResponse' | 'Event' | 'DryRun';
  readonly Payload?: string;
  readonly Qualifier?: string;
}

/**
 * Answer of `Invoke`. HTTP status = StatusCode (200, 202 for Event, 204 for DryRun), body = Payload as it is,
 * header `X-Amz-Function-Error` = FunctionError. Every other `lambda` answer goes out as JSON with status 200,
 * 202 for Create/Update/DeleteEventSourceMapping, 204 for DeleteFunctionConcurrency.
 */
export interface InvokeOutput {
  readonly StatusCode: number;
  readonly FunctionError?: 'Handled' | 'Unhandled';
  /** JSON text. */
  readonly Payload?: string;
  readonly ExecutedVersion?: string;
}

/** Seeded disturbances, all off by default. Calls of the host are never disturbed. */
export type FaultKind =
  /** ThrottlingException (429 for REST services); nothing happened. */
  | 'throttle'
  /** Single entries of a batch fail without being carried out: PutEvents, SendMessageBatch, DeleteMessageBatch. */
  | 'fail-entries'
  /** The call is carried out twice. */
  | 'deliver-twice'
  /** The call is carried out, the caller gets a 500. */
  | 'lose-answer';

export interface FaultRule {
  readonly kind: FaultKind;
  readonly service: string;
  readonly operation: string;
  /** Probability per call (per entry for fail-entries), 0 to 1. */
  readonly rate: number;
  /** Stops after so many disturbances. */
  readonly limit?: number;
}

export interface Faults {
  /** Starts a disturbance; the answer ends it. Each rule draws from its own seeded sequence. */
  add(rule: FaultRule): () => void;
  clear(): void;
  /** Disturbances done so far, by kind, service and operation. */
  counts(): readonly { kind: FaultKind; service: string; operation: string; times: number }[];
}

export interface RequestCount {
  readonly service: string;
  readonly operation: string;
  readonly calls: number;
  /** Messages, entries or items inside those calls, where the operation is a batch; else equal to `calls`. */
  readonly items: number;
}

export interface PolicyReport {
  /** Calls refused for want of a grant. */
  readonly denied: readonly { role: string; action: string; resource: string; calls: number }[];
  /** Grants in the template that no call needed. */
  readonly unused: readonly { role: string; action: string; resource: string }[];
}

export interface Gateway {
  /** http://127.0.0.1:<port>, the AWS_ENDPOINT_URL of every function. */
  readonly url: string;
  readonly region: string;
  readonly accountId: string;
  /** Adds a part; the gateway routes calls of that signing name to it. */
  register(service: string, part: Service): void;
  /** One call, checked, counted and subject to the fault hooks. */
  call(call: ServiceCall): Promise<JsonObject>;
  /** Handles plain HTTP below a path prefix that is no AWS API, for example `/cfn-response/`. */
  route(
    prefix: string,
    handler: (
      request: import('node:http').IncomingMessage,
      response: import('node:http').ServerResponse,
    ) => void,
  ): void;
  /** The access key that identifies calls of a role. */
  accessKeyFor(role: string): string;
  requests(): readonly RequestCount[];
  resetRequests(): void;
  /** DynamoDB capacity units consumed so far. */
  capacity(): { readUnits: number; writeUnits: number };
  policyReport(): PolicyReport;
  /**
   * Sets the resource policy of an ARN (a queue, a function with its AddPermission statements). Documents with
   * different ids add up; `null` removes. Throws on conditions that the evaluation does not know.
   */
  registerResourcePolicy(arn: string, document: JsonObject | string | null, id?: string): void;
  readonly faults: Faults;
  stop(): Promise<void>;
}

/** Metrics as the functions emitted them (EMF) and as the parts report them. */
export interface MetricStore {
  record(metric: {
    namespace: string;
    name: string;
    dimensions: Record<string, string>;
    value: number;
    unit?: string;
    at: Date;
  }): void;
  /** Sum of all values of a metric since the start, over every dimension that includes the given ones. */
  sum(namespace: string, name: string, dimensions?: Record<string, string>): number;
  list(): readonly {
    namespace: string;
    name: string;
    dimensions: Record<string, string>;
    sum: number;
    count: number;
    max: number;
  }[];
}
