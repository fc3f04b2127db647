import { CliError } from '../cli-error.ts';
import type { Target } from './connector-target.ts';

const unreachable = /ECONNREFUSED|ENOTFOUND|ECONNRESET|EHOSTUNREACH|ETIMEDOUT|TimeoutError|AbortError/;

/** An error of an AWS client as a CliError that says what helps. */
export function awsFailure(error: unknown, target: Target): CliError {
  if (error instanceof CliError) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fail = (kind: CliError['kind'], errorCode: string, sentence: string) =>
    new CliError({ kind, code: errorCode }, sentence, { cause: error });
  if (name === 'ResourceNotFoundException') {
    return fail('not-found', 'NO_CONTROL_FUNCTION', notDeployed(target));
  }
  if (/CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidClientToken|SSOToken/.test(name)) {
    const help = 'Sign in, for example with "aws sso login", or set AWS_PROFILE or --profile.';
    return fail('forbidden', 'NO_CREDENTIALS', `No valid AWS credentials (${name}). ${help}`);
  }
  if (/AccessDenied|Forbidden/.test(name)) {
    const help = 'docs/cli.md lists the permissions that an operator needs.';
    return fail('forbidden', 'ACCESS_DENIED', `AWS denied access: ${message}. ${help}`);
  }
  if (/Region is missing/.test(message)) {
    const help = 'Set --region, AWS_REGION, or env.region in lib/config/stages.ts.';
    return fail('invalid', 'NO_REGION', `Which AWS region is stage "${target.stage}" in? ${help}`);
  }
  if (unreachable.test(`${name} ${code}`)) return fail('unavailable', 'NO_ANSWER', noAnswer(target));
  if (/TooManyRequests|Throttling|ServiceException|ServiceUnavailable/.test(name)) {
    return fail('unavailable', name, `AWS is busy (${name}). Try again in a minute.`);
  }
  return fail('internal', name || 'UNKNOWN', `${name}: ${message}`);
}

function notDeployed({ functionName, isLocal, stage, aws }: Target): string {
  if (isLocal) return `The local connector has no function ${functionName}. Restart "npm start".`;
  const region = aws.region ?? 'the region of this shell';
  return `Function ${functionName} does not exist in ${region}. Is stage "${stage}" deployed there? Check --stage, --region and --profile.`;
}

function noAnswer({ isLocal, aws }: Target): string {
  return isLocal
    ? `No local connector answers at ${aws.endpoint}. Start one with "npm start", or give its port with --port.`
    : 'AWS did not answer. Check the network, then try again.';
}
