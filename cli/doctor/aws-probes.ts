import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
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
import { awsFailure } from '../aws-failure.ts';
import { checkAccount, type Target } from '../target.ts';
import { type Finding, ok, type Probe, problem, unknown } from './check.ts';

/** What the secrets of a stage hold, as far as they could be read. */
export interface FoundSystems {
  config?: StageConfig;
  commercetools?: CommercetoolsConnection;
  subscription?: CommercetoolsConnection;
  fluent?: FluentConnection;
}

/** Who we are on AWS, and what a deployment of the stage needs there. Fills `found` for the probes after it. */
export function awsProbes(target: Target, found: FoundSystems): Probe[] {
  return [
    {
      check: 'stage in lib/config/stages.ts',
      look: async () => lookAtStage(target, found),
    },
    { check: 'AWS: identity', look: () => lookAtIdentity(target) },
    ...secretProbes(target, found),
  ];
}

function lookAtStage({ stage }: Target, found: FoundSystems): Finding {
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

async function lookAtIdentity(target: Target): Promise<Finding> {
  const client = new STSClient(target.aws);
  try {
    const { Account, Arn = '' } = await client.send(new GetCallerIdentityCommand());
    checkAccount(target, Account);
    const region =
      typeof client.config.region === 'function' ? await client.config.region() : target.aws.region;
    return ok(`${Arn.split(':').at(-1)} in account ${Account}, region ${region}`);
  } catch (error) {
    const { code, message } = awsFailure(error, target);
    return problem(code, message);
  } finally {
    client.destroy();
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
    async look() {
      const { config } = found;
      if (!config) return unknown('not asked: the stage is not readable');
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
        'Create it as README "Deploy in five steps" shows; look at the region.',
      );
    case 'SECRET_AccessDeniedException':
      return unknown(
        `${name}: you may not read it`,
        'The functions may all the same; ask somebody who may, or leave it.',
      );
    case 'SECRET_CONTENT':
      return problem(error.message, 'Put a new value in: aws secretsmanager put-secret-value.');
    default:
      return problem(error.message, 'Sign in to AWS, then try again.');
  }
}
