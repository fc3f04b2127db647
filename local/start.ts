import { CustomerGenerator } from './commercetools/customer-generator.ts';
import { demoProject } from './commercetools/demo-project.ts';
import { sunrise } from './commercetools/sunrise.ts';
import { type EmbeddedConnector, logFolder, startEmbeddedConnector } from './connector/embedded-connector.ts';
import { watchFlow } from './connector/live-view.ts';
import { createShop } from './demo/shop.ts';
import { numberOption, readOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { createRandom } from './random.ts';

const help = `npm start -- [options]

Runs the whole connector on this machine: the synthesized template on embedded services, a commercetools twin and a Fluent
twin. Seeds customers, shows what flows, and stays up until Ctrl-C.

  --port N        first of three ports: commercetools, Fluent, AWS (default 4100)
  --customers N   customers to seed (default 12)
  --seed N        seed of the customers (default 1)
  --help          this text

The functions' logs are in .local/logs/.`;

const values = readOptions(help, { port: 'string', customers: 'string', seed: 'string' });
const port = numberOption(values, 'port', { fallback: 4_100, min: 1_024, max: 65_533 });
const count = numberOption(values, 'customers', { fallback: 12, min: 1, max: 5_000 });
const seed = numberOption(values, 'seed', { fallback: 1, min: 0, max: 2 ** 31 });

const ended = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
});
const progress = createProgress();
const connector = await start().catch(explain);
await seedCustomers(connector);
console.log(greeting(connector));
const stopView = watchFlow(connector, (line) => console.log(line));
await ended;
stopView();
console.log('\nstopping');
await connector.stop();
process.exit(0);

function start(): Promise<EmbeddedConnector> {
  const ports = { commercetools: port, fluent: port + 1, aws: port + 2 };
  return startEmbeddedConnector({ ports, seed, logFolder, onStep: (step) => progress.done(step) });
}

function explain(error: unknown): never {
  const taken = typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';
  if (!taken) throw error;
  const which = 'port' in error ? error.port : `${port} to ${port + 2}`;
  console.error(
    `Port ${which} is taken. Choose three free ones in a row with --port, for example: npm start -- --port ${port > 60_000 ? 4_200 : port + 100}`,
  );
  process.exit(1);
}

/** Through the API, as a shop would: their notifications are the first things to be seen. */
async function seedCustomers({ commercetools }: EmbeddedConnector): Promise<void> {
  const published = sunrise();
  for (const project of [demoProject, { ...published, customers: [] }]) await commercetools.seed(project);
  const shop = createShop(commercetools);
  const drafts = (published.customers ?? []).slice(0, count);
  const generated = new CustomerGenerator(createRandom(seed)).take(count - drafts.length);
  for (const [index, draft] of [...drafts, ...generated].entries()) {
    await shop.create(draft);
    progress.show(`seeding customers ${index + 1}/${count}`);
  }
  progress.done(`${count} customers seeded`);
}

function greeting({ commercetools, fluent, aws }: EmbeddedConnector): string {
  const { clientId, clientSecret } = commercetools.connection('admin');
  const api = `${commercetools.url}/${commercetools.projectKey}`;
  return `
  commercetools twin  ${commercetools.url}   project "${commercetools.projectKey}", API client ${clientId} / ${clientSecret}
  Fluent twin         ${fluent.url}/customers   what Fluent holds
  AWS endpoint        ${aws.gateway.url}   for any AWS SDK or CLI
  logs                .local/logs/

  Change a customer, in another terminal:
    TOKEN=$(curl -s -u ${clientId}:${clientSecret} -d grant_type=client_credentials ${commercetools.url}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
    VERSION=$(curl -s ${api}/customers/key=janeDoe -H "Authorization: Bearer $TOKEN" | grep -o '"version":[0-9]*' | head -1 | cut -d: -f2)
    curl -s ${api}/customers/key=janeDoe -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
      -d "{\\"version\\":$VERSION,\\"actions\\":[{\\"action\\":\\"setFirstName\\",\\"firstName\\":\\"Ada $VERSION\\"}]}"

  Ctrl-C ends it.
`;
}
