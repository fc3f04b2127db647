import { expect } from 'vitest';
import type { OperationInput, OperationOutput } from '../../lambdas/control/api/control-api.ts';
import type { EmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { type Result, connector as runCli } from '../cli/recorded-shell.ts';

const QUIET_MS = 180_000;

export async function quietly(connector: EmbeddedConnector): Promise<void> {
  expect(await connector.quiet(QUIET_MS)).toBe(0);
}

/** Runs command lines against this local connector, like `connector ... --local`. */
export interface CommandLine {
  run(line: string): Promise<Result>;
  json<T>(line: string): Promise<{ exitCode: number; answer: T }>;
}

export function commandLineOf({ aws }: EmbeddedConnector): CommandLine {
  const port = String(Number(new URL(aws.gateway.url).port) - 2);
  const run = (line: string) => runCli([...line.split(' '), '--local', '--port', port], { isAwake: true });
  return {
    run,
    json: async <T>(line: string) => {
      const { exitCode, json } = await run(`${line} --json`);
      return { exitCode, answer: json() as T };
    },
  };
}

/** Starts a run, or takes one by its id, and waits until it has ended. */
export async function finishedRun(
  connector: EmbeddedConnector,
  run: string | OperationInput<'run.start'>,
): Promise<OperationOutput<'run.show'>> {
  const runId = typeof run === 'string' ? run : (await connector.control('run.start', run)).id;
  const show = () => connector.control('run.show', { runId });
  await expect
    .poll(async () => (await show()).status, { timeout: 180_000, interval: 500 })
    .toMatch(/finished|failed|cancelled/);
  return show();
}

/** The error that an operation was refused with. */
export async function refusal(operation: Promise<unknown>): Promise<unknown> {
  return operation.then(
    () => {
      throw new Error('The operation was not refused.');
    },
    (error: unknown) => error,
  );
}

interface Edit {
  readonly username: string;
  readonly lastName: string;
  readonly create?: boolean;
  /** Id of the customer that a created one is marked as (default: its username); null = no mark. */
  readonly markedAs?: string | null;
}

/** Edits or creates a customer in Fluent by hand, over its own API. */
export async function editInFluent({ fluent }: EmbeddedConnector, edit: Edit): Promise<void> {
  const { rootUrl, username, password, clientId, clientSecret, accountId } = fluent.connection();
  const form = new URLSearchParams({
    grant_type: 'password',
    scope: 'api',
    username,
    password,
    client_id: clientId,
    client_secret: clientSecret,
  });
  const login = await fetch(`${rootUrl}/oauth/token`, { method: 'POST', body: form });
  const { access_token } = (await login.json()) as { access_token: string };
  const input = edit.create
    ? {
        username: edit.username,
        lastName: edit.lastName,
        firstName: 'Orphan',
        primaryEmail: 'orphan@example.com',
        timezone: 'UTC',
        promotionOptIn: false,
        retailer: { id: '1' },
        attributes: marksOf(edit),
      }
    : { username: edit.username, lastName: edit.lastName };
  const name = edit.create ? 'createCustomer' : 'updateCustomer';
  const type = edit.create ? 'CreateCustomerInput' : 'UpdateCustomerInput';
  const answer = await fetch(`${rootUrl}/graphql`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${access_token}`,
      'Content-Type': 'application/json',
      'fluent.account': accountId,
    },
    body: JSON.stringify({
      query: `mutation Edit($input: ${type}!) { ${name}(input: $input) { username } }`,
      variables: { input },
    }),
  });
  const { errors } = (await answer.json()) as { errors?: unknown };
  expect(errors).toBeUndefined();
}

function marksOf({ username, markedAs = username }: Edit): object[] {
  if (markedAs === null) return [];
  return [
    { name: 'commercetoolsId', type: 'STRING', value: markedAs },
    { name: 'commercetoolsProjectKey', type: 'STRING', value: 'local' },
  ];
}
