import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRule } from '@fluent-connector/local-aws';
import { commercetoolsFaults } from '@fluent-connector/twins/commercetools';
import { fluentFaults } from '@fluent-connector/twins/fluent';
import { createRandom } from '@fluent-connector/twins/random';
import type { EmbeddedConnector } from '../connector/embedded-connector.ts';

/** How often the workers of one function are killed, in milliseconds. */
const KILL_EVERY_MS = 4_000;

/** Faults continue this long after the last change, in milliseconds: most of the work is done then. */
const TAIL_MS = 30_000;

/** Shares of requests, for every kind of fault that a network, a quota or a deployment causes. */
const commercetoolsRates = {
  rateLimitedRetryAfter: 0.02,
  serverError: 0.02,
  badGatewayHtml: 0.02,
  overCapacity: 0.02,
  reset: 0.02,
  hang: 0.005,
  tokenExpired: 0.01,
  staleRead: 0.03,
  staleNotFound: 0.02,
};
const fluentRates = {
  rateLimitedRetryAfter: 0.02,
  C0011E: 0.005,
  serverError: 0.03,
  badGatewayHtml: 0.02,
  badGatewayAfterWrite: 0.03,
  resetBeforeWrite: 0.02,
  resetAfterWrite: 0.03,
  invalidJson: 0.02,
  tokenExpired: 0.01,
  hang: 0.005,
};
const aws: readonly FaultRule[] = [
  { kind: 'throttle', service: 'dynamodb', operation: 'UpdateItem', rate: 0.05 },
  { kind: 'throttle', service: 'dynamodb', operation: 'BatchGetItem', rate: 0.03 },
  { kind: 'lose-answer', service: 'dynamodb', operation: 'UpdateItem', rate: 0.05 },
  { kind: 'fail-entries', service: 'events', operation: 'PutEvents', rate: 0.05 },
  { kind: 'lose-answer', service: 'events', operation: 'PutEvents', rate: 0.03 },
  { kind: 'deliver-twice', service: 'events', operation: 'PutEvents', rate: 0.05 },
  { kind: 'fail-entries', service: 'sqs', operation: 'SendMessageBatch', rate: 0.05 },
  { kind: 'lose-answer', service: 'sqs', operation: 'SendMessageBatch', rate: 0.03 },
  { kind: 'throttle', service: 'sqs', operation: 'ChangeMessageVisibilityBatch', rate: 0.1 },
];

export interface Chaos {
  /** Continues for a while, then stops every fault; returns the number of faults by name. */
  end(): Promise<Readonly<Record<string, number>>>;
}

/** Causes seeded faults in both systems and in AWS, and kills workers while they work. */
export function startChaos(
  { aws: local, lambda, commercetools, fluent }: EmbeddedConnector,
  seed: number,
): Chaos {
  const random = createRandom(seed);
  const kills = new Map<string, number>();
  const { delivery } = commercetools.faults;
  commercetools.faults = {
    ...commercetools.faults,
    http: commercetoolsFaults.parse({ http: { rates: commercetoolsRates } }).http,
    delivery,
  };
  fluent.faults = fluentFaults.parse({ rates: fluentRates });
  for (const rule of aws) local.gateway.faults.add(rule);
  const timer = setInterval(() => {
    const { functionName } = random.pick(lambda.functions());
    void lambda
      .killWorkers(functionName)
      .then((count) => kills.set('workers killed', (kills.get('workers killed') ?? 0) + count));
  }, KILL_EVERY_MS);

  return {
    async end() {
      await sleep(TAIL_MS);
      clearInterval(timer);
      const disturbed = local.gateway.faults.counts();
      local.gateway.faults.clear();
      commercetools.faults = { ...commercetools.faults, http: commercetoolsFaults.parse({}).http };
      fluent.faults = fluentFaults.parse({});
      const named = disturbed.map(({ kind, service, operation, times }): [string, number] => [
        `${kind} ${service}:${operation}`,
        times,
      ]);
      return Object.fromEntries([...kills, ...named]);
    },
  };
}
