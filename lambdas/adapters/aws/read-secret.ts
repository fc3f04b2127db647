import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod/mini';
import { ConnectorError } from '../../core/base/errors.ts';
import { firstPath } from '../../core/delivery/notification.ts';

/** Errors that waiting does not fix; every other one is an outage of the service. */
const CONFIGURATION = [
  'ResourceNotFoundException',
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidRequestException',
];

/** Reads a secret that holds JSON of a given shape. The error names the secret and the field, never a value. */
export async function readSecret<T>(
  { client, signal }: { readonly client: SecretsManagerClient; readonly signal: AbortSignal },
  secretId: string,
  schema: z.ZodMiniType<T>,
): Promise<T> {
  const answer = await client
    .send(new GetSecretValueCommand({ SecretId: secretId }), { abortSignal: signal })
    .catch((error: unknown) => {
      const name = error instanceof Error ? error.name : 'Unknown';
      const failureClass = CONFIGURATION.includes(name) ? 'configuration' : 'retry';
      throw new ConnectorError(
        { failureClass, code: `SECRET_${name}` },
        `Secret ${secretId} cannot be read: ${name}.`,
      );
    });
  const read = schema.safeParse(parse(answer.SecretString));
  if (read.success) return read.data;
  const field = firstPath(read.error);
  throw new ConnectorError(
    { failureClass: 'configuration', code: 'SECRET_CONTENT' },
    `Secret ${secretId}: the field "${field}" is missing or wrong; docs/configuration.md shows the JSON that it must hold.`,
  );
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
