import { expect } from 'vitest';
import type { OperationInput, OperationOutput } from '../../lambdas/control/operations.ts';
import type { EmbeddedConnector } from '../../local/connector/embedded-connector.ts';

const QUIET_MS = 180_000;

export async function quietly(connector: EmbeddedConnector): Promise<void> {
  expect(await connector.quiet(QUIET_MS)).toBe(0);
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
      throw new Error('It was not refused.');
    },
    (error: unknown) => error,
  );
}

interface Edit {
  readonly username: string;
  readonly lastName: string;
  readonly create?: boolean;
}

/** What somebody does by hand in Fluent, over its own API. A created one carries our mark. */
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
        attributes: [
          { name: 'commercetoolsId', type: 'STRING', value: edit.username },
          { name: 'commercetoolsProjectKey', type: 'STRING', value: 'local' },
        ],
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
