import { parseEnv } from 'node:util';
import type { DoctorCheck } from '../../lambdas/control/api/control-api.ts';
import { EnvFileError, readSystems, type Systems } from '../../lambdas/core/operations/env-file-systems.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { CommandGroup } from '../command-runner.ts';
import type { FoundSystems } from '../doctor/aws-probes.ts';
import { runProbes, unknown } from '../doctor/probe.ts';
import { addNotes } from '../help.ts';
import { checksSummary, checkView } from '../render/render-checks.ts';
import type { Session } from '../session.ts';

interface Flags {
  readonly envFile?: string;
  readonly writeProbes?: boolean;
}

/** `doctor`: checks what a deployment needs, and how a sandbox behaves. */
export const addDoctorCommand: CommandGroup = (program, runner) => {
  const doctor = program
    .command('doctor')
    .description(
      'check credentials, scopes, permissions, subscription, queues and clock; say how to fix problems',
    )
    .option('--env-file <file>', 'before a deployment: check commercetools and Fluent with these credentials')
    .option('--write-probes', 'also check writing, with one test customer in Fluent; for sandboxes')
    .action(
      runner<[], Flags>(async (session, { options: flags }) => {
        const onCheck = (check: DoctorCheck) => session.printPart(checkView(check));
        const checks =
          flags.envFile === undefined
            ? await checkTarget(session, flags, onCheck)
            : await checkFile(session, { ...flags, envFile: flags.envFile }, onCheck);
        session.print({ checks }, () => ['', checksSummary(checks)]);
        return checks.some(({ status }) => status === 'problem') ? 'problem' : 'ok';
      }),
    );
  addNotes(doctor, [
    'Reads only, unless --write-probes is given. Prints no personal data.',
    '',
    'Examples:',
    '  $ connector doctor --env-file .env',
    '  $ connector doctor --env-file .env --write-probes',
    '  $ connector doctor --stage prod',
  ]);
};

/** Gets each check at once: a system that does not answer takes its time. */
type OnCheck = (check: DoctorCheck) => void;

async function checkFile(
  { shell, options }: Session,
  { envFile, writeProbes }: Flags & { envFile: string },
  onCheck: OnCheck,
) {
  if (options.stage !== undefined || options.local) {
    throw usageError('--env-file needs no connector. Leave out --stage and --local.');
  }
  const { commercetools, fluent } = systemsOf(await shell.readFile(envFile), envFile);
  return checkSystems({ commercetools, fluent }, writeProbes, onCheck);
}

function systemsOf(text: string, file: string): Systems {
  try {
    return readSystems(parseEnv(text), file);
  } catch (error) {
    throw error instanceof EnvFileError ? usageError(error.message) : error;
  }
}

async function checkTarget(
  session: Session,
  { writeProbes }: Flags,
  onCheck: OnCheck,
): Promise<DoctorCheck[]> {
  const target = await session.target();
  const { awsProbes } = await import('../doctor/aws-probes.ts');
  const found: FoundSystems = {};
  const ofAws = await runProbes(awsProbes(target, found), onCheck);
  const projectKey = target.isLocal ? await runningProject(session) : found.config?.commercetools.projectKey;
  // The retailer of a real Fluent account on a local connector is not in lib/config/stages.ts.
  const isTwin = found.fluent?.rootUrl === `http://127.0.0.1:${session.options.port + 1}`;
  const retailerId =
    target.isLocal && !isTwin ? undefined : found.config?.handlers.customer.settings.retailerId;
  const { commercetools: connection, subscription, fluent } = found;
  const commercetools =
    connection && projectKey !== undefined ? { projectKey, connection, subscription } : undefined;
  const systems = { commercetools, fluent: fluent && { retailerId, connection: fluent } };
  const ofSystems = await checkSystems(systems, writeProbes, onCheck);
  const deployed = await checkDeployed(session);
  deployed.forEach(onCheck);
  return [...ofAws, ...ofSystems, ...deployed];
}

async function runningProject({ control }: Session): Promise<string | undefined> {
  return control('status', {}).then(
    ({ projectKey }) => projectKey,
    () => undefined,
  );
}

type UnderTest = Parameters<typeof import('../doctor/system-probes.ts')['checkSystems']>[0];

async function checkSystems(
  systems: UnderTest,
  writeProbes: boolean | undefined,
  onCheck: OnCheck,
): Promise<DoctorCheck[]> {
  const doctor = await import('../doctor/system-probes.ts');
  return doctor.checkSystems(systems, { writes: writeProbes === true, onCheck });
}

/** What only the deployed functions can check: event bus, queues, mappings, their own permissions. */
async function checkDeployed({ control }: Session): Promise<DoctorCheck[]> {
  try {
    return (await control('doctor', {})).checks;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const finding =
      error.code === 'NO_CONTROL_FUNCTION'
        ? unknown('not deployed yet', 'Deploy it, then check again: event bus, queues and mappings.')
        : { status: 'problem' as const, detail: error.code, fix: error.message };
    return [{ check: 'deployed stack', ...finding }];
  }
}
