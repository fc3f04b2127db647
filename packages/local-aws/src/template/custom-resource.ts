import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Caller, type Gateway, host, type JsonObject } from '../contract.ts';
import { createCfnResponses } from './cfn-responses.ts';
import {
  type CustomResourceAnswer,
  type CustomResourceRequest,
  eventOf,
  responseDocument,
} from './custom-resource-events.ts';

export interface CustomResources {
  /** Sends one request and waits for its response. Throws with the reason when it FAILED. */
  send(request: CustomResourceRequest): Promise<CustomResourceAnswer>;
}

const configuration = z.looseObject({
  Role: z.string(),
  Environment: z.looseObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
});
const providerAnswer = z
  .looseObject({
    PhysicalResourceId: z.string().optional(),
    Data: z.record(z.string(), z.json()).default({}),
  })
  .nullable();

/** @param maxWaitSeconds upper bound of every ServiceTimeout, which is an hour by default */
export function createCustomResources(gateway: Gateway, maxWaitSeconds: number): CustomResources {
  const responses = createCfnResponses(gateway);
  const lambda = (operation: string, input: JsonObject, caller: Caller = host): Promise<JsonObject> =>
    gateway.call({ service: 'lambda', operation, input, caller });

  /** Invokes a function of the template asynchronously; it responds with a PUT. */
  const sendToFunction = async (
    functionArn: string,
    request: CustomResourceRequest,
  ): Promise<CustomResourceAnswer> => {
    const seconds = Math.min(Number(request.properties['ServiceTimeout'] ?? 3600), maxWaitSeconds);
    const response = responses.expect(seconds * 1000);
    const requestId = randomUUID();
    const [body] = await Promise.all([
      response.body,
      lambda('Invoke', {
        FunctionName: functionArn,
        InvocationType: 'Event',
        Payload: JSON.stringify(eventOf(request, requestId, response.url)),
      }),
    ]);
    const answer = responseDocument.parse(JSON.parse(body));
    if (answer.Status === 'FAILED') throw new Error(`FAILED: ${answer.Reason ?? 'no reason given'}`);
    if (answer.RequestId !== requestId || answer.LogicalResourceId !== request.logicalId)
      throw new Error('the response belongs to another request');
    return { physicalId: answer.PhysicalResourceId, data: answer.Data };
  };

  /**
   * Does the work of the framework function of cr.Provider, under its role: invokes the user's function and
   * completes the response. The framework itself cannot run here, because it responds over TLS to a host
   * without a port.
   */
  const runProvider = async (
    userFunctionArn: string,
    roleArn: string,
    request: CustomResourceRequest,
  ): Promise<CustomResourceAnswer> => {
    const requestId = randomUUID();
    const answer = await lambda(
      'Invoke',
      {
        FunctionName: userFunctionArn,
        InvocationType: 'RequestResponse',
        Payload: JSON.stringify(eventOf(request, requestId, 'http://127.0.0.1/answered-by-the-provider')),
      },
      { kind: 'role', role: roleArn.slice(roleArn.lastIndexOf('/') + 1), source: 'provider-framework' },
    );
    if (answer['FunctionError']) throw new Error(`FAILED: ${answer['Payload']}`);
    const result = providerAnswer.parse(JSON.parse(String(answer['Payload'] ?? 'null')));
    const physicalId = result?.PhysicalResourceId ?? request.physicalId ?? requestId;
    if (request.requestType === 'Delete' && physicalId !== request.physicalId)
      throw new Error(
        `FAILED: a Delete must not change the physical id (${request.physicalId} -> ${physicalId})`,
      );
    return { physicalId, data: result?.Data ?? {} };
  };

  return {
    async send(request) {
      const token = request.properties['ServiceToken'];
      if (typeof token !== 'string' || !token.startsWith('arn:aws:lambda:'))
        throw new Error(`ServiceToken must be the ARN of a function, is ${JSON.stringify(token)}`);
      const { Role, Environment } = configuration.parse(
        await lambda('GetFunctionConfiguration', { FunctionName: token }),
      );
      const variables = Environment?.Variables ?? {};
      if (variables['USER_IS_COMPLETE_FUNCTION_ARN'])
        throw new Error('an isCompleteHandler needs a state machine, which is not supported');
      const userFunction = variables['USER_ON_EVENT_FUNCTION_ARN'];
      return userFunction ? runProvider(userFunction, Role, request) : sendToFunction(token, request);
    },
  };
}

export const isCustomResource = (type: string): boolean =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
