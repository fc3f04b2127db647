import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { stages } from '../../lib/config/stages.ts';
import { CliError, usageError } from '../cli-error.ts';

/** Account of the embedded AWS. No real account has this number. */
const LOCAL_ACCOUNT = '000000000000';
const LOCAL_REGION = 'eu-central-1';
/** Time for a local connector to answer. */
const PROBE_MS = 1_500;

export interface TargetOptions {
  readonly stage?: string;
  readonly local?: boolean;
  /** First of the three ports of `npm start`. */
  readonly port: number;
  readonly region?: string;
  readonly profile?: string;
}

/** Settings of every AWS client of the command line. The SDK chooses what is not set. */
export interface AwsSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  readonly maxAttempts?: number;
}

/** The connector that a command acts on. */
export interface Target {
  readonly stage: string;
  readonly isLocal: boolean;
  readonly stackName: string;
  readonly functionName: string;
  readonly aws: AwsSettings;
}

/** Throws CliError if no stage is given and no local connector is running. */
export async function chooseTarget(options: TargetOptions): Promise<Target> {
  if (options.stage !== undefined && options.local) {
    throw usageError('Use either --stage NAME (a stage on AWS) or --local ("npm start"), not both.');
  }
  if (options.stage !== undefined) return deployedTarget(options.stage, options);
  const local = localTarget(options.port);
  if (options.local || (await isRunning(local))) return local;
  throw usageError(
    `No stage given and no local connector is running. Use --stage NAME for a connector on AWS (stages in lib/config/stages.ts: ${Object.keys(stages).join(', ')}), or start a local one with "npm start" (--port N if its first port is not 4100).`,
  );
}

function deployedTarget(stage: string, { region, profile }: TargetOptions): Target {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stage)) {
    throw usageError(
      `"${stage}" is not a stage name. Stage names have lowercase letters, digits and hyphens.`,
    );
  }
  // The region of the stage wins over the AWS_REGION of the shell.
  const chosen = region ?? stages[stage]?.env?.region;
  return named(stage, false, { ...(chosen && { region: chosen }), ...(profile && { profile }) });
}

export function localTarget(port: number): Target {
  return named('local', true, {
    endpoint: `http://127.0.0.1:${port + 2}`,
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

function named(stage: string, isLocal: boolean, aws: AwsSettings): Target {
  const stackName = `commercetools-fluent-${stage}`;
  return { stage, isLocal, stackName, functionName: `${stackName}-control`, aws };
}

async function isRunning(target: Target): Promise<boolean> {
  const client = new STSClient(target.aws);
  try {
    const identity = await client.send(new GetCallerIdentityCommand(), {
      abortSignal: AbortSignal.timeout(PROBE_MS),
    });
    return identity.Account === LOCAL_ACCOUNT;
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}

/** Throws CliError forbidden if the credentials belong to another account than that of the stage. */
export function checkAccount(target: Target, account: string | undefined): void {
  const expected = target.isLocal ? undefined : stages[target.stage]?.env?.account;
  if (expected === undefined || expected === account) return;
  throw new CliError(
    { kind: 'forbidden', code: 'WRONG_ACCOUNT' },
    `The credentials belong to account ${account}, but stage "${target.stage}" is in account ${expected}. Choose another --profile.`,
  );
}
