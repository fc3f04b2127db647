/**
 * The interface between the services. Every call goes through `Gateway.call` with the names and shapes of
 * AWS's own API, whether the caller is an SDK client over HTTP or another service in this process. So every
 * call is checked and counted.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The caller of an operation decides which policies apply. */
export type Caller =
  /** The local environment itself, for example a test or the deployment. Its calls are not checked. */
  | { readonly kind: 'host' }
  /** A role: its identity policies decide. `source` names the function and its execution environment. */
  | { readonly kind: 'role'; readonly role: string; readonly source: string }
  /** An AWS service acting for a resource such as a rule. The resource policy of the target decides. */
  | { readonly kind: 'service'; readonly principal: string; readonly sourceArn: string };

export const host: Caller = { kind: 'host' };

export interface ServiceCall {
  /** Signing name: sqs, dynamodb, events, lambda, secretsmanager, ssm, monitoring, logs, sts, iam. */
  readonly service: string;
  /** Operation of the AWS API, for example SendMessageBatch. */
  readonly operation: string;
  readonly input: JsonObject;
  readonly caller: Caller;
  /** `x-amzn-trace-id` of the calling function; the recursion guard reads its lineage. */
  readonly traceHeader?: string;
}

export interface Service {
  /**
   * Carries out one operation. Throws AwsError, with `UnknownOperationException` for an unsupported
   * operation.
   */
  handle(call: ServiceCall): Promise<JsonObject>;
}

/** An error with the code and HTTP status that AWS returns. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** More members of the error response, for example `Item` of ConditionalCheckFailedException. */
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
 * Input of `Invoke`. `Payload` is the JSON text of the event exactly as the caller sent it, absent without a
 * body. `FunctionName` is a name, `name:qualifier` or an ARN, URL-decoded.
 */
export interface InvokeInput {
  readonly FunctionName: string;
  readonly InvocationType: 'RequestResponse' | 'Event' | 'DryRun';
  readonly Payload?: string;
  readonly Qualifier?: string;
}

/**
 * Output of `Invoke`. Over HTTP, StatusCode is the status (200, 202 for Event, 204 for DryRun), Payload the
 * body and FunctionError the header `X-Amz-Function-Error`.
 */
export interface InvokeOutput {
  readonly StatusCode: number;
  readonly FunctionError?: 'Handled' | 'Unhandled';
  /** JSON text. */
  readonly Payload?: string;
  readonly ExecutedVersion?: string;
}

/** A kind of fault. Calls of the host never fail this way. */
export type FaultKind =
  /** The call fails with ThrottlingException (status 429 for REST services) and has no effect. */
  | 'throttle'
  /** Single entries of PutEvents, SendMessageBatch or DeleteMessageBatch fail and have no effect. */
  | 'fail-entries'
  /** The call takes effect twice. */
  | 'deliver-twice'
  /** The call takes effect, but the caller receives a 500. */
  | 'lose-answer';

export interface FaultRule {
  readonly kind: FaultKind;
  readonly service: string;
  readonly operation: string;
  /** Probability per call (per entry for fail-entries), 0 to 1. */
  readonly rate: number;
  /** Stops after this many faults. */
  readonly limit?: number;
}

export interface Faults {
  /** Starts a fault; the returned function ends it. Each rule draws from its own seeded sequence. */
  add(rule: FaultRule): () => void;
  clear(): void;
  /** Faults caused so far, by rule. */
  counts(): readonly { kind: FaultKind; service: string; operation: string; times: number }[];
}

export interface RequestCount {
  readonly service: string;
  readonly operation: string;
  readonly calls: number;
  /** Messages, entries or items inside batch calls; equal to `calls` for other operations. */
  readonly items: number;
}

export interface PolicyReport {
  /** Calls that were refused because no policy allows them. */
  readonly denied: readonly { role: string; action: string; resource: string; calls: number }[];
  /** Grants of the template that no call needed. */
  readonly unused: readonly { role: string; action: string; resource: string }[];
}

export interface Gateway {
  /** http://127.0.0.1:<port>, the AWS_ENDPOINT_URL of every function. */
  readonly url: string;
  readonly region: string;
  readonly accountId: string;
  /** Signing names of the services that answer calls. */
  services(): readonly string[];
  /** Adds a service that answers calls with this signing name. */
  register(service: string, implementation: Service): void;
  /** Carries out one call: checks it, counts it and applies faults. */
  call(call: ServiceCall): Promise<JsonObject>;
  /** Handles plain HTTP requests below a path prefix outside the AWS API, for example `/cfn-response/`. */
  route(
    prefix: string,
    handler: (
      request: import('node:http').IncomingMessage,
      response: import('node:http').ServerResponse,
    ) => void,
  ): void;
  /** The access key that marks calls as those of a role. */
  accessKeyFor(role: string): string;
  requests(): readonly RequestCount[];
  resetRequests(): void;
  /** DynamoDB capacity units consumed so far. */
  capacity(): { readUnits: number; writeUnits: number };
  policyReport(): PolicyReport;
  /**
   * Sets one document of the resource policy of an ARN; `null` removes it. Documents with different ids add
   * up. Throws MalformedPolicyDocument for conditions that are not supported.
   */
  registerResourcePolicy(arn: string, document: JsonObject | string | null, id?: string): void;
  readonly faults: Faults;
  stop(): Promise<void>;
}

/** Metrics that functions emit in the embedded metric format, and metrics that the services record. */
export interface MetricStore {
  record(metric: {
    namespace: string;
    name: string;
    dimensions: Record<string, string>;
    value: number;
    unit?: string;
    at: Date;
  }): void;
  /** Sum of all values since the start, over every series that has at least these dimensions. */
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
