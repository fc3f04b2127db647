import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSecret } from '../../lambdas/adapters/aws/read-secret.ts';
import {
  type CommercetoolsConnection,
  commercetoolsConnection,
  type FluentConnection,
  fluentConnection,
} from '../../lambdas/core/base/connection.ts';
import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import { parseStage, type StageConfig, StageConfigError } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';
import { awsFailure } from '../connection/aws-failure.ts';
import { identityOn } from '../connection/caller.ts';
import type { Target } from '../connection/connector-target.ts';
import { type Finding, ok, type Probe, problem, unknown } from './probe.ts';

/** The configuration and the secrets of a stage, as far as they could be read. */
export interface FoundSystems {
  config?: StageConfig;
  commercetools?: CommercetoolsConnection;
  subscription?: CommercetoolsConnection;
  fluent?: FluentConnection;
}

/** The identity on AWS, and what a deployment of the stage needs there. Fills `found` for later probes. */
export function awsProbes(target: Target, found: FoundSystems): Probe[] {
  return [
    { check: 'stage in lib/config/stages.ts', run: async () => checkStage(target, found) },
    { check: 'AWS: identity', run: () => checkIdentity(target) },
    ...secretProbes(target, found),
  ];
}

function checkStage({ stage }: Target, found: FoundSystems): Finding {
  try {
    found.config = parseStage(stage, stages);
  } catch (error) {
    if (!(error instanceof StageConfigError)) throw error;
    return problem(
      error.message.replaceAll(/\s+/g, ' '),
      'Correct it in lib/config/stages.ts (docs/configuration.md).',
    );
  }
  const { projectKey, subscriptionKey } = found.config.commercetools;
  return ok(`project "${projectKey}", subscription "${subscriptionKey}"`);
}

async function checkIdentity(target: Target): Promise<Finding> {
  try {
    const { account, name, region } = await identityOn(target);
    return ok(`${name} in account ${account}, region ${region}`);
  } catch (error) {
    const { code, message } = awsFailure(error, target);
    return problem(code, message);
  }
}

function secretProbes(target: Target, found: FoundSystems): Probe[] {
  const secrets = [
    ['AWS: secret of commercetools', 'commercetools', 'secret'],
    ['AWS: secret of the subscription', 'subscription', 'subscriptionSecret'],
    ['AWS: secret of Fluent', 'fluent', undefined],
  ] as const;
  return secrets.map(([check, system, key]) => ({
    check,
    async run() {
      const { config } = found;
      if (!config) return unknown('not checked: the configuration of the stage is invalid');
      const name = key === undefined ? config.fluent.secret : config.commercetools[key];
      const client = new SecretsManagerClient({ ...target.aws });
      const signal = AbortSignal.timeout(15_000);
      try {
        if (system === 'fluent') found.fluent = await readSecret({ client, signal }, name, fluentConnection);
        else found[system] = await readSecret({ client, signal }, name, commercetoolsConnection);
        return ok(name);
      } catch (error) {
        return secretFinding(error, name);
      } finally {
        client.destroy();
      }
    },
  }));
}

function secretFinding(error: unknown, name: string): Finding {
  if (!(error instanceof ConnectorError)) throw error;
  switch (error.code) {
    case 'SECRET_ResourceNotFoundException':
      return problem(
        `${name} does not exist here`,
        'Create it as in README "Deploy in five steps", and check the region.',
      );
    case 'SECRET_AccessDeniedException':
      return unknown(
        `${name}: you have no permission to read it`,
        'The functions may still have it. Ask a person with the permission, or ignore this.',
      );
    case 'SECRET_CONTENT':
      return problem(error.message, 'Store a new value with "aws secretsmanager put-secret-value".');
    default:
      return problem(error.message, 'Sign in to AWS, then try again.');
  }
}
