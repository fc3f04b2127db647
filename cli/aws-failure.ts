import { CliError } from './cli-error.ts';
import type { Target } from './target.ts';

const unreachable = /ECONNREFUSED|ENOTFOUND|ECONNRESET|EHOSTUNREACH|ETIMEDOUT|TimeoutError|AbortError/;

/** An error of an AWS client, as a sentence that says what to do. */
export function awsFailure(error: unknown, target: Target): CliError {
  if (error instanceof CliError) return error;
  const { name, message, code } = facts(error);
  const options = { cause: error };
  const fail = (kind: CliError['kind'], errorCode: string, sentence: string) =>
    new CliError({ kind, code: errorCode }, sentence, options);
  if (name === 'ResourceNotFoundException') {
    return fail('not-found', 'NO_CONTROL_FUNCTION', notDeployed(target));
  }
  if (/CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidClientToken|SSOToken/.test(name)) {
    return fail(
      'forbidden',
      'NO_CREDENTIALS',
      `AWS accepts no credentials here (${name}). Sign in, for example with "aws sso login", or set AWS_PROFILE or --profile.`,
    );
  }
  if (/AccessDenied|Forbidden/.test(name)) {
    return fail(
      'forbidden',
      'ACCESS_DENIED',
      `AWS denies it: ${message}. docs/cli.md lists the permissions that an operator needs.`,
    );
  }
  if (/Region is missing/.test(message)) {
    return fail(
      'invalid',
      'NO_REGION',
      `In which region does stage "${target.stage}" stand? Give --region, AWS_REGION, or env.region in lib/config/stages.ts.`,
    );
  }
  if (unreachable.test(`${name} ${code}`)) return fail('unavailable', 'NO_ANSWER', noAnswer(target));
  if (/TooManyRequests|Throttling|ServiceException|ServiceUnavailable/.test(name)) {
    return fail('unavailable', name, `AWS is busy (${name}). Try again in a moment.`);
  }
  return fail('internal', name || 'UNKNOWN', `${name}: ${message}`);
}

function notDeployed({ functionName, isLocal, stage, aws }: Target): string {
  if (isLocal) return `The local connector has no function ${functionName}. Restart "npm start".`;
  const region = aws.region ?? 'the region of this shell';
  return `There is no function ${functionName} in ${region}. Is stage "${stage}" deployed there? Look at --stage, --region and --profile.`;
}

function noAnswer({ isLocal, aws }: Target): string {
  return isLocal
    ? `No local connector answers at ${aws.endpoint}. Start one with "npm start", or give its --port.`
    : 'AWS did not answer. Look at the network, then try again.';
}

function facts(error: unknown): { name: string; message: string; code: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error), code: '' };
  const code = 'code' in error ? String(error.code) : '';
  return { name: error.name, message: error.message, code };
}
