import type { Systems } from '../lambdas/core/operations/env-file-systems.ts';
import type { EmbeddedConnector } from './connector/embedded-connector.ts';

/** The first text after a start: what runs, where to look and what to type next. */
export function greeting(connector: EmbeddedConnector, real: Systems, port: number): string {
  const cli = `npm run connector --${port === 4_100 ? '' : ` --port ${port}`}`;
  return `
The connector is running. Every customer change in commercetools now reaches Fluent.

${[...commercetoolsLines(connector, real), ...fluentLines(connector, real)].join('\n')}
  AWS            ${connector.aws.gateway.url}
                 embedded on this machine; an endpoint for any AWS SDK or CLI
  Logs           .local/logs/${port}/

${real.commercetools ? '' : tryIt(connector, real)}See what it does, in a second terminal:
  ${cli} status
  ${cli} explain ${real.commercetools ? 'ID' : 'janeDoe'}
  ${cli} --help

Every outcome is printed below. Ctrl-C stops everything.
`;
}

function commercetoolsLines({ commercetools }: EmbeddedConnector, real: Systems): string[] {
  if (real.commercetools) {
    const { projectKey, connection } = real.commercetools;
    return [
      `  commercetools  ${connection.apiUrl}`,
      `                 the real project "${projectKey}", read only: a reconcile finds its changes every 10 s`,
    ];
  }
  const { clientId, clientSecret } = commercetools.connection('admin');
  return [
    `  commercetools  ${commercetools.url}`,
    `                 a twin of the real API: project "${commercetools.projectKey}", client ${clientId}, secret ${clientSecret}`,
  ];
}

function fluentLines({ fluent }: EmbeddedConnector, real: Systems): string[] {
  if (!real.fluent)
    return [
      `  Fluent         ${fluent.url}/customers`,
      '                 a twin: its customers, for your browser',
    ];
  const { connection, retailerId } = real.fluent;
  return [
    `  Fluent         ${connection.rootUrl}`,
    `                 the real account ${connection.accountId}, retailer ${retailerId}: the connector WRITES customers there`,
  ];
}

function tryIt({ commercetools, fluent }: EmbeddedConnector, real: Systems): string {
  const { clientId, clientSecret } = commercetools.connection('admin');
  const api = `${commercetools.url}/${commercetools.projectKey}`;
  return `Try it: paste this into a second terminal. It changes the first name of customer janeDoe in commercetools${
    real.fluent ? '.' : `,\nand ${fluent.url}/customers shows the new name.`
  }
  TOKEN=$(curl -s -u ${clientId}:${clientSecret} -d grant_type=client_credentials ${commercetools.url}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  VERSION=$(curl -s ${api}/customers/key=janeDoe -H "Authorization: Bearer $TOKEN" | grep -o '"version":[0-9]*' | head -1 | cut -d: -f2)
  curl -s ${api}/customers/key=janeDoe -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d "{\\"version\\":$VERSION,\\"actions\\":[{\\"action\\":\\"setFirstName\\",\\"firstName\\":\\"Ada $VERSION\\"}]}"

`;
}
