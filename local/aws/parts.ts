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
  route(prefix: string, handler: (request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void): void;
  /** The access key that identifies calls of a role. */
  accessKeyFor(role: string): string;
  requests(): readonly RequestCount[];
  resetRequests(): void;
  /** DynamoDB capacity units consumed so far. */
  capacity(): { readUnits: number; writeUnits: number };
  policyReport(): PolicyReport;
  stop(): Promise<void>;
}

/** Metrics as the functions emitted them (EMF) and as the parts report them. */
export interface MetricStore {
  record(metric: { namespace: string; name: string; dimensions: Record<string, string>; value: number; unit?: string; at: Date }): void;
  /** Sum of all values of a metric since the start, over every dimension that includes the given ones. */
  sum(namespace: string, name: string, dimensions?: Record<string, string>): number;
  list(): readonly { namespace: string; name: string; dimensions: Record<string, string>; sum: number; count: number; max: number }[];
}
