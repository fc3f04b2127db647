import { parseEnv } from 'node:util';
import type { DoctorCheck } from '../../lambdas/control/api/control-api.ts';
import { EnvFileError, readSystems, type Systems } from '../../lambdas/core/operations/env-file-systems.ts';
import type { CommandGroup } from '../action.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { FoundSystems } from '../doctor/aws-probes.ts';
import { lookAt, unknown } from '../doctor/check.ts';
import { checksSummary, checkText } from '../render/render-checks.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly envFile?: string;
  readonly writeProbes?: boolean;
}

/** `doctor`: what a deployment needs, and what a sandbox answers. */
export const addDoctorCommand: CommandGroup = (program, runner) => {
  program
    .command('doctor')
    .description('check credentials, scopes, permissions, subscription, queues, clock; say how to mend')
    .option(
      '--env-file <file>',
      'before any deployment: only the two systems, with the credentials of this file',
    )
    .option(
      '--write-probes',
      'also what only writing shows: makes one test customer in Fluent. For sandboxes',
    )
    .addHelpText(
      'after',
      `
Reads only, unless --write-probes is given. Prints nothing personal.

Examples:
  $ connector doctor --env-file .env
  $ connector doctor --env-file .env --write-probes
  $ connector doctor --stage prod`,
    )
    .action(
      runner<[], Flags>(async (session, { options: flags }) => {
        const say = (check: DoctorCheck) => {
          if (!session.options.json) session.shell.out(`${checkText(check)}\n`);
        };
        const checks =
          flags.envFile === undefined
            ? await checkTarget(session, flags, say)
            : await checkFile(session, { ...flags, envFile: flags.envFile }, say);
        session.print({ checks }, () => `\n${checksSummary(checks)}`);
        return checks.some(({ status }) => status === 'problem') ? 'problem' : 'ok';
      }),
    );
};

/** Hears each line as it comes: what hangs takes its time. */
type Say = (check: DoctorCheck) => void;

async function checkFile(
  { shell, options }: Session,
  { envFile, writeProbes }: Flags & { envFile: string },
  say: Say,
) {
  if (options.stage !== undefined || options.local) {
    throw usageError('--env-file looks at the two systems alone: leave --stage and --local out.');
  }
  const { commercetools, fluent } = systemsOf(await shell.readFile(envFile), envFile);
  return checkSystems({ commercetools, fluent }, writeProbes, say);
}

function systemsOf(text: string, file: string): Systems {
  try {
    return readSystems(parseEnv(text), file);
  } catch (error) {
    throw error instanceof EnvFileError ? usageError(error.message) : error;
  }
}

async function checkTarget(session: Session, { writeProbes }: Flags, say: Say): Promise<DoctorCheck[]> {
  const target = await session.target();
  const { awsProbes } = await import('../doctor/aws-probes.ts');
  const found: FoundSystems = {};
  const ofAws = await lookAt(awsProbes(target, found), say);
  const projectKey = target.isLocal ? await runningProject(session) : found.config?.commercetools.projectKey;
  // A local connector with a real Fluent account has a retailer that lib/config/stages.ts does not know.
  const isTwin = found.fluent?.rootUrl === `http://127.0.0.1:${session.options.port + 1}`;
  const retailerId =
    target.isLocal && !isTwin ? undefined : found.config?.handlers.customer.settings.retailerId;
  const ofSystems = await checkSystems(
    {
      ...(found.commercetools &&
        projectKey !== undefined && {
          commercetools: {
            projectKey,
            connection: found.commercetools,
            subscription: found.subscription,
          },
        }),
      ...(found.fluent && { fluent: { retailerId, connection: found.fluent } }),
    },
    writeProbes,
    say,
  );
  const deployed = await checkDeployed(session);
  deployed.forEach(say);
  return [...ofAws, ...ofSystems, ...deployed];
}

async function runningProject({ control }: Session): Promise<string | undefined> {
  return control('status', {}).then(
    ({ projectKey }) => projectKey,
    () => undefined,
  );
}

type UnderTest = Parameters<typeof import('../doctor/check-systems.ts')['checkSystems']>[0];

async function checkSystems(
  systems: UnderTest,
  writeProbes: boolean | undefined,
  onCheck: Say,
): Promise<DoctorCheck[]> {
  const doctor = await import('../doctor/check-systems.ts');
  return doctor.checkSystems(systems, { writes: writeProbes === true, onCheck });
}

/** What only the deployed functions see: bus, queues, mappings, their own permissions. */
async function checkDeployed({ control }: Session): Promise<DoctorCheck[]> {
  try {
    return (await control('doctor', {})).checks;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const finding =
      error.code === 'NO_CONTROL_FUNCTION'
        ? unknown('not deployed yet', 'Deploy it, then ask again for bus, queues and mappings.')
        : { status: 'problem' as const, detail: error.code, fix: error.message };
    return [{ check: 'deployed stack', ...finding }];
  }
}
