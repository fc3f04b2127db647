import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Shell } from './shell.ts';
import { checkAccount, type Target } from './target.ts';

/** Who asks, for the audit line: on AWS as STS says, locally as the system says. */
export async function callerOf(target: Target, shell: Pick<Shell, 'userName'>): Promise<string> {
  if (target.isLocal) return printable(shell.userName());
  const client = new STSClient(target.aws);
  try {
    const { Arn = '', Account } = await client.send(new GetCallerIdentityCommand());
    checkAccount(target, Account);
    return printable(Arn.split(':').at(-1) ?? '');
  } finally {
    client.destroy();
  }
}

/** What an audit line takes. */
function printable(name: string): string {
  return name.replaceAll(/[^\w+=,.@:/-]/g, '_').slice(0, 256) || 'unknown';
}
