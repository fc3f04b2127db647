import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionGrants } from './connector-function.ts';

/**
 * May read the value of one secret. The stack knows only its name or ARN, so that the value is in no template. A name
 * leaves the six characters open that Secrets Manager appends to it in the ARN.
 */
export function grantReadSecret(scope: Construct, to: FunctionGrants, nameOrArn: string): void {
  const arn = nameOrArn.startsWith('arn:')
    ? nameOrArn
    : Stack.of(scope).formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${nameOrArn}-??????`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
  to.allow(['secretsmanager:GetSecretValue'], arn);
}
