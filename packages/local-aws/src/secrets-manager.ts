import { randomUUID } from 'node:crypto';
import { arnsOf } from './arns.ts';
import { AwsError, type JsonObject, type Service } from './contract.ts';
import { optionalText, text } from './fields.ts';
import { serviceOf } from './operations.ts';

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  value?: { secretString: string; versionId: string; createdAt: number };
}

/**
 * The `secretsmanager` service. Callers name a secret by name, ARN, or ARN without the six-character suffix.
 */
export function createSecretsManager(place: { region: string; accountId: string }): Service {
  const secrets = new Map<string, Secret>();
  const arns = arnsOf(place.region, place.accountId);

  const found = (input: JsonObject): Secret => {
    const secret = secrets.get(arns.secret(text(input, 'SecretId')));
    if (secret) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };
  const put = (secret: Secret, secretString: string): JsonObject => {
    secret.value = { secretString, versionId: randomUUID(), createdAt: Date.now() / 1000 };
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: secret.value.versionId,
      VersionStages: ['AWSCURRENT'],
    };
  };

  return serviceOf('secretsmanager', {
    CreateSecret: (input) => {
      const name = text(input, 'Name');
      const arn = arns.secret(name);
      if (secrets.has(arn))
        throw new AwsError('ResourceExistsException', `The secret ${name} already exists.`);
      const secret: Secret = { name, arn, createdAt: Date.now() / 1000 };
      secrets.set(arn, secret);
      const value = optionalText(input, 'SecretString');
      return value === undefined ? { ARN: arn, Name: name } : put(secret, value);
    },
    PutSecretValue: (input) => put(found(input), text(input, 'SecretString')),
    GetSecretValue: (input) => {
      const { name, arn, value } = found(input);
      if (!value) {
        throw new AwsError(
          'ResourceNotFoundException',
          "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
        );
      }
      return {
        ARN: arn,
        Name: name,
        SecretString: value.secretString,
        VersionId: value.versionId,
        VersionStages: ['AWSCURRENT'],
        CreatedDate: value.createdAt,
      };
    },
    DescribeSecret: (input) => {
      const { name, arn, value, createdAt } = found(input);
      const versions = value ? { VersionIdsToStages: { [value.versionId]: ['AWSCURRENT'] } } : {};
      return { ARN: arn, Name: name, CreatedDate: createdAt, ...versions };
    },
  });
}
