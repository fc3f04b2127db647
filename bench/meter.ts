import type { EmbeddedConnector } from '../local/connector/embedded-connector.ts';
import { watchQueues } from './call-watch.ts';
import { type CountName, type Counts, toCounts } from './counts.ts';
import { variablesOf } from './deployed-functions.ts';

/** Reads the usage of the embedded connector so far. */
export interface Meter {
  counts(): Counts;
  /** Messages and invocations by the function's name. */
  batches(): Readonly<Record<string, { readonly messages: number; readonly invocations: number }>>;
}

/** Starts to count. Use differences: the first counts include earlier usage. */
export function createMeter(connector: EmbeddedConnector): Meter {
  const { aws, lambda, commercetools, fluent } = connector;
  const traffic = watchQueues(aws.gateway);
  const names = functionNames(connector);
  const calls = (service: string, operation: string) =>
    aws.gateway.requests().find((count) => count.service === service && count.operation === operation);
  const metric = (name: string, functionName: string) =>
    aws.metrics.sum('AWS/Lambda', name, { FunctionName: functionName });
  // While a change is processed only settings are read by GetItem; they are below 4 KB, so one unit each.
  const settingReads = () => calls('dynamodb', 'GetItem')?.calls ?? 0;

  const readings: Readonly<Record<CountName, () => number>> = {
    partnerEvents: () => calls('events', 'PutPartnerEvents')?.items ?? 0,
    internalEvents: () => calls('events', 'PutEvents')?.items ?? 0,
    standardSends: () => traffic.ruleSends,
    standardReceives: () => traffic.standardReceives,
    standardDeletes: () => traffic.standardDeletes,
    // Rules cannot send to a handler queue, so all other batches are the router's; ten events are below 64 KB.
    fifoSends: () => (calls('sqs', 'SendMessageBatch')?.calls ?? 0) - traffic.ruleSendCalls,
    fifoReceives: () => traffic.fifoReceives,
    fifoDeletes: () => traffic.fifoDeletes,
    otherQueueRequests: () =>
      ['SendMessage', 'ChangeMessageVisibility', 'ChangeMessageVisibilityBatch'].reduce(
        (sum, operation) => sum + (calls('sqs', operation)?.calls ?? 0),
        0,
      ),
    emptyReceives: () => traffic.emptyReceives,
    readUnits: () => aws.gateway.capacity().readUnits - settingReads(),
    writeUnits: () => aws.gateway.capacity().writeUnits,
    settingReadUnits: () => settingReads(),
    invocations: () =>
      lambda.functions().reduce((sum, { functionName }) => sum + metric('Invocations', functionName), 0),
    gbSeconds: () =>
      lambda
        .functions()
        .reduce(
          (sum, { functionName, memoryMb }) =>
            sum + (metric('Duration', functionName) / 1_000) * (memoryMb / 1_024),
          0,
        ),
    commercetoolsReads: () => {
      const requests = commercetools.requests();
      return (requests['GET /customers'] ?? 0) + (requests['GET /customers/{id}'] ?? 0);
    },
    fluentLookups: () => fluent.calls().lookup,
    fluentCreates: () => fluent.calls().create,
    fluentUpdates: () => fluent.calls().update,
    tokens: () => fluent.calls().token + (commercetools.requests()['POST /oauth/token'] ?? 0),
    secretReads: () => calls('secretsmanager', 'GetSecretValue')?.calls ?? 0,
  };
  return {
    counts: () => toCounts((name) => readings[name]()),
    batches: () =>
      Object.fromEntries(
        lambda
          .mappings()
          .map(({ functionName, messages, batches }) => [
            names.get(functionName) ?? functionName,
            { messages, invocations: batches },
          ]),
      ),
  };
}

/** Names in logs and metrics, by the name of the function in AWS. */
function functionNames({ stack }: EmbeddedConnector): ReadonlyMap<string, string> {
  return new Map(
    [...stack.resources.values()]
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ physicalId, properties }) => [
        physicalId,
        variablesOf(properties)['POWERTOOLS_SERVICE_NAME'] ?? physicalId,
      ]),
  );
}
