import type { Systems } from '../lambdas/core/operations/env-file-systems.ts';
import type { EmbeddedConnector } from './connector/embedded-connector.ts';

/** What a person can do now, with addresses and commands to copy. */
export function greeting(connector: EmbeddedConnector, real: Systems, port: number): string {
  const cli = `npm run connector --${port === 4_100 ? '' : ` --port ${port}`}`;
  return `
${[commercetoolsLine(connector, real), fluentLine(connector, real)].join('\n')}
  AWS endpoint        ${connector.aws.gateway.url}   for any AWS SDK or CLI
  logs                .local/logs/${port}/

  Look and steer, in another terminal:
    ${cli} status
    ${cli} explain ${real.commercetools ? 'ID' : 'janeDoe'}
    ${cli} --help
${real.commercetools ? '' : changeACustomer(connector)}
  Ctrl-C ends it.
`;
}

function commercetoolsLine({ commercetools }: EmbeddedConnector, real: Systems): string {
  if (real.commercetools) {
    const { projectKey, connection } = real.commercetools;
    return `  commercetools       ${connection.apiUrl}   real project "${projectKey}": only read, by a reconcile every 10 s`;
  }
  const { clientId, clientSecret } = commercetools.connection('admin');
  return `  commercetools twin  ${commercetools.url}   project "${commercetools.projectKey}", API client ${clientId} / ${clientSecret}`;
}

function fluentLine({ fluent }: EmbeddedConnector, real: Systems): string {
  if (!real.fluent) return `  Fluent twin         ${fluent.url}/customers   what Fluent holds`;
  const { connection, retailerId } = real.fluent;
  return `  Fluent              ${connection.rootUrl}   real account ${connection.accountId}, retailer ${retailerId}: customers are WRITTEN there`;
}

function changeACustomer({ commercetools }: EmbeddedConnector): string {
  const { clientId, clientSecret } = commercetools.connection('admin');
  const api = `${commercetools.url}/${commercetools.projectKey}`;
  return `
  Change a customer:
    TOKEN=$(curl -s -u ${clientId}:${clientSecret} -d grant_type=client_credentials ${commercetools.url}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
    VERSION=$(curl -s ${api}/customers/key=janeDoe -H "Authorization: Bearer $TOKEN" | grep -o '"version":[0-9]*' | head -1 | cut -d: -f2)
    curl -s ${api}/customers/key=janeDoe -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
      -d "{\\"version\\":$VERSION,\\"actions\\":[{\\"action\\":\\"setFirstName\\",\\"firstName\\":\\"Ada $VERSION\\"}]}"
`;
}
