import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Shell } from '../shell.ts';
import { checkAccount, type Target } from './connector-target.ts';

export interface Identity {
  readonly account: string | undefined;
  /** `assumed-role/Operator/jane` */
  readonly name: string;
  readonly region: string;
}

/** The identity of the AWS credentials. Throws CliError if the stage is in another account. */
export async function identityOn(target: Target): Promise<Identity> {
  const client = new STSClient(target.aws);
  try {
    const { Account: account, Arn = '' } = await client.send(new GetCallerIdentityCommand());
    checkAccount(target, account);
    return { account, name: Arn.split(':').at(-1) ?? '', region: await client.config.region() };
  } finally {
    client.destroy();
  }
}

/** The caller for the audit line: on AWS the identity that STS reports, locally the user of the machine. */
export async function callerOf(target: Target, shell: Pick<Shell, 'userName'>): Promise<string> {
  const name = target.isLocal ? shell.userName() : (await identityOn(target)).name;
  // Only the characters that an audit line accepts.
  return name.replaceAll(/[^\w+=,.@:/-]/g, '_').slice(0, 256) || 'unknown';
}
