import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type JsonObject } from '../../contract.ts';
import { generatedName, ignored, number, request, resource } from '../resource.ts';

const generation = z.strictObject({
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
  PasswordLength: number.default(32),
  ...ignored(
    'ExcludeCharacters',
    'ExcludeLowercase',
    'ExcludeNumbers',
    'ExcludePunctuation',
    'ExcludeUppercase',
    'IncludeSpace',
    'RequireEachIncludedType',
  ),
});

export const secretsManager = [
  resource(
    {
      type: 'AWS::SecretsManager::Secret',
      file: 'secrets-manager',
      properties: z.strictObject({
        Name: z.string().optional(),
        SecretString: z.string().optional(),
        GenerateSecretString: generation.optional(),
        Description: z.string().optional(),
        ...ignored('KmsKeyId', 'Tags'),
      }),
    },
    async ({ Name, SecretString, GenerateSecretString, Description }, context) => {
      const name = Name ?? generatedName(context, 512);
      const value = SecretString ?? (GenerateSecretString && generate(GenerateSecretString));
      const creation = request({ Name: name, SecretString: value, Description });
      const answer = await context
        .call('secretsmanager', 'CreateSecret', creation)
        .catch(async (error: unknown) => {
          // A secret that was created before the deployment keeps its value.
          if (!(error instanceof AwsError) || error.code !== 'ResourceExistsException') throw error;
          return context.call('secretsmanager', 'DescribeSecret', { SecretId: name });
        });
      const arn = String(answer['ARN']);
      return { physicalId: arn, attributes: { Id: arn } };
    },
  ),
];

/** A random hexadecimal value. It ignores the rules about characters. */
function generate(settings: z.output<typeof generation>): string {
  const password = randomBytes(settings.PasswordLength).toString('hex').slice(0, settings.PasswordLength);
  if (!settings.GenerateStringKey) return password;
  const template: JsonObject = JSON.parse(settings.SecretStringTemplate ?? '{}');
  return JSON.stringify({ ...template, [settings.GenerateStringKey]: password });
}
