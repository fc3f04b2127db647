import type { StageRecord } from './stage-config.ts';

/**
 * The deployments. Copy one and fill in your own keys; docs/configuration.md lists every key. Secrets are referenced by name
 * or ARN; never write their values here.
 */
export const stages: Readonly<Record<string, StageRecord>> = {
  dev: {
    commercetools: {
      projectKey: 'my-project-dev',
      subscriptionKey: 'fluent-connector-dev',
      secret: 'fluent-connector/dev/commercetools',
      subscriptionSecret: 'fluent-connector/dev/commercetools-subscription',
    },
    fluent: { secret: 'fluent-connector/dev/fluent' },
    handlers: { customer: { settings: { retailerId: '1' } } },
    functions: { logLevel: 'DEBUG' },
    logRetentionDays: 7,
    retain: false,
  },

  prod: {
    commercetools: {
      projectKey: 'my-project',
      subscriptionKey: 'fluent-connector-prod',
      secret: 'fluent-connector/prod/commercetools',
      subscriptionSecret: 'fluent-connector/prod/commercetools-subscription',
    },
    fluent: { secret: 'fluent-connector/prod/fluent' },
    handlers: { customer: { maxConcurrency: 20, settings: { retailerId: '1' } } },
  },

  /** Runs on one machine without a cloud: the same template, with short times. */
  local: {
    env: { account: '000000000000', region: 'eu-central-1' },
    commercetools: {
      projectKey: 'local',
      subscriptionKey: 'fluent-connector-local',
      secret: 'local/commercetools',
      subscriptionSecret: 'local/commercetools-subscription',
    },
    fluent: { secret: 'local/fluent' },
    handlers: {
      customer: { coalesceSeconds: 1, settings: { retailerId: '1', consentField: 'marketingConsent' } },
    },
    delivery: {
      deltaSeconds: 2,
      backoffBaseSeconds: 2,
      backoffCapSeconds: 4,
      giveUpSeconds: 900,
      absentAfterSeconds: 3,
      absentMinReceives: 3,
      commercetoolsTimeoutMs: 2_000,
      fluentTimeoutMs: 3_000,
    },
    runs: {
      waitSeconds: 1,
      settleSeconds: 20,
      stuckSeconds: 30,
      overlapSeconds: 2,
      recentSeconds: 0,
      hookSeconds: 30,
    },
    // No scheduled runs: on one machine they are started by hand.
    care: {
      reconcileMinutes: 0,
      incrementalMinutes: 0,
      comparisonMinutes: 0,
      sweepMinutes: 0,
      breakerAfter: 5,
      switchSeconds: 1,
      probeSeconds: 1,
      watchSeconds: 1,
      canaryMinutes: 1,
    },
    functions: { handlerTimeoutSeconds: 10, flowTimeoutSeconds: 10, feederTimeoutSeconds: 10 },
    batching: { ingestWindowSeconds: 1, routeWindowSeconds: 1 },
    logRetentionDays: 1,
    retain: false,
  },
};
