import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { stages } from '../lib/config/stages.ts';
import { CliError, usageError } from './cli-error.ts';

/** Account of the embedded AWS: no real account has this number. */
const LOCAL_ACCOUNT = '000000000000';
const LOCAL_REGION = 'eu-central-1';
/** How long to wait for a local connector before taking it as absent. */
const PROBE_MS = 1_500;

export interface TargetOptions {
  readonly stage?: string;
  readonly local?: boolean;
  /** First of the three ports of `npm start`. */
  readonly port: number;
  readonly region?: string;
  readonly profile?: string;
}

/** What every AWS client of the command line is made with; absent members are left to the SDK. */
export interface AwsSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string };
  readonly maxAttempts?: number;
}

/** The connector that a command is about. */
export interface Target {
  readonly stage: string;
  readonly isLocal: boolean;
  readonly stackName: string;
  readonly functionName: string;
  readonly aws: AwsSettings;
}

/** Throws CliError when nothing is named and nothing answers here. */
export async function chooseTarget(options: TargetOptions): Promise<Target> {
  if (options.stage !== undefined && options.local) {
    throw usageError('Give --stage NAME for a stage on AWS, or --local for "npm start", not both.');
  }
  if (options.stage !== undefined) return deployedTarget(options.stage, options);
  const local = localTarget(options.port);
  if (options.local || (await answers(local))) return local;
  throw usageError(
    `Which connector? Give --stage NAME for one on AWS (stages of lib/config/stages.ts: ${Object.keys(stages).join(', ')}), or start a local one with "npm start" (--port N if it does not stand on 4100).`,
  );
}

function deployedTarget(stage: string, { region, profile }: TargetOptions): Target {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stage)) {
    throw usageError(`"${stage}" is no name of a stage: small letters, digits and hyphens.`);
  }
  // Where the stage says it stands goes before what the shell happens to be set to.
  const place = region ?? stages[stage]?.env?.region;
  return named(stage, false, { ...(place && { region: place }), ...(profile && { profile }) });
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

async function answers(target: Target): Promise<boolean> {
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

/** Throws CliError forbidden when the credentials belong to another account than the stage's own. */
export function checkAccount(target: Target, account: string | undefined): void {
  const expected = target.isLocal ? undefined : stages[target.stage]?.env?.account;
  if (expected === undefined || expected === account) return;
  throw new CliError(
    { kind: 'forbidden', code: 'WRONG_ACCOUNT' },
    `The credentials belong to account ${account}, but stage "${target.stage}" stands in ${expected}. Choose another --profile.`,
  );
}
