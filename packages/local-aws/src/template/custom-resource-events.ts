import * as z from 'zod';
import type { Json, JsonObject } from '../contract.ts';

export type RequestType = 'Create' | 'Update' | 'Delete';

/** A request to a custom resource. */
export interface CustomResourceRequest {
  readonly requestType: RequestType;
  readonly stackId: string;
  readonly resourceType: string;
  readonly logicalId: string;
  readonly properties: JsonObject;
  readonly physicalId?: string;
  readonly oldProperties?: JsonObject;
}

export interface CustomResourceAnswer {
  readonly physicalId: string;
  readonly data: Readonly<Record<string, Json>>;
}

export function eventOf(request: CustomResourceRequest, requestId: string, responseUrl: string): JsonObject {
  return {
    RequestType: request.requestType,
    ResponseURL: responseUrl,
    StackId: request.stackId,
    RequestId: requestId,
    ResourceType: request.resourceType,
    LogicalResourceId: request.logicalId,
    ...(request.physicalId === undefined ? {} : { PhysicalResourceId: request.physicalId }),
    ResourceProperties: asTexts(request.properties),
    ...(request.oldProperties && { OldResourceProperties: asTexts(request.oldProperties) }),
  };
}

/** CloudFormation turns numbers and booleans into strings. */
export function asTexts(value: Json): Json {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(asTexts);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asTexts(item)]));
}

/** The response that a function sends to its ResponseURL. */
export const responseDocument = z.looseObject({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().min(1).max(1024),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  NoEcho: z.boolean().optional(),
  Data: z.record(z.string(), z.json()).default({}),
});
