import { CustomerGenerator, demoProject, sunrise } from '@fluent-connector/twins/commercetools';
import { createRandom } from '@fluent-connector/twins/random';
import { type EmbeddedConnector, logFolder, startEmbeddedConnector } from './connector/embedded-connector.ts';
import { watchFlow } from './connector/live-view.ts';
import { createShop } from './demo/shop.ts';
import { systemsOfFile } from './env-file.ts';
import { greeting } from './greeting.ts';
import { numberOption, readOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { reconcileRepeatedly } from './source-by-reconcile.ts';
import { stopRequested } from './stop-request.ts';

/** A connector that takes longer to stop than this is killed. */
const STOP_LIMIT_MS = 15_000;

const help = `npm start -- [options]

Runs the whole connector on this machine: the template that deploys, on embedded AWS services, with a twin of commercetools and
a twin of Fluent. Creates customers, prints every outcome, and runs until Ctrl-C.

  --port N          first of three ports: commercetools, Fluent, AWS (default 4100)
  --customers N     customers to create in the commercetools twin (default 12; 0 if Fluent is a real account)
  --seed N          seed of the customers (default 1)
  --env-file FILE   real systems instead of twins; see .env.example and docs/real-systems.md
  --since DAYS      with a real commercetools project: only customers modified in the last DAYS days (default: all)
  --help            this text

Logs of the functions: .local/logs/PORT/.`;

const values = readOptions(help, {
  port: 'string',
  customers: 'string',
  seed: 'string',
  'env-file': 'string',
  since: 'string',
});
const port = numberOption(values, 'port', { fallback: 4_100, min: 1_024, max: 65_533 });
const seed = numberOption(values, 'seed', { fallback: 1, min: 0, max: 2 ** 31 });
const days = numberOption(values, 'since', { fallback: 0, min: 0, max: 36_500, isFraction: true });
const real = values['env-file'] === undefined ? {} : systemsOfFile(String(values['env-file']));
const count = numberOption(values, 'customers', { fallback: real.fluent ? 0 : 12, min: 0, max: 5_000 });

const stopping = stopRequested();
const progress = createProgress();
const connector = (await Promise.race([start().catch(explain), stopping])) ?? process.exit(0);
if (!real.commercetools) await createCustomers(connector);
console.log(greeting(connector, real, port));
const stopView = watchFlow(connector, (line) => console.log(line), {
  isFluentReal: real.fluent !== undefined,
});
const stopSource = real.commercetools ? startReconciles() : async () => undefined;
await stopping;
setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
stopView();
console.log('\nStopping.');
await stopSource();
await connector.stop();
process.exit(0);

function start(): Promise<EmbeddedConnector> {
  const ports = { commercetools: port, fluent: port + 1, aws: port + 2 };
  return startEmbeddedConnector({
    ports,
    seed,
    logFolder: logFolder(port),
    caretakerEveryMs: 10_000,
    ...(values['env-file'] !== undefined && { real }),
    onStep: (step) => progress.done(step),
  });
}

function explain(error: unknown): never {
  const isPortInUse =
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';
  if (!isPortInUse) throw error;
  const which = 'port' in error ? error.port : `${port} to ${port + 2}`;
  console.error(
    `Port ${which} is in use. Choose three free ports in a row with --port, for example: npm start -- --port ${port > 60_000 ? 4_200 : port + 100}`,
  );
  process.exit(1);
}

/** A real project cannot push to this machine. */
function startReconciles(): () => Promise<void> {
  return reconcileRepeatedly({
    control: connector.control,
    since: days === 0 ? undefined : Date.now() - days * 86_400_000,
    print: (line) => console.log(`  ${new Date().toISOString().slice(11, 23)}  ${line}`),
  });
}

/** Creates customers through the API, as a shop would, so that their notifications flow. */
async function createCustomers({ commercetools }: EmbeddedConnector): Promise<void> {
  const published = sunrise();
  for (const project of [demoProject, { ...published, customers: [] }]) await commercetools.seed(project);
  const shop = createShop(commercetools);
  const drafts = (published.customers ?? []).slice(0, count);
  const generated = new CustomerGenerator(createRandom(seed)).take(count - drafts.length);
  for (const [index, draft] of [...drafts, ...generated].entries()) {
    await shop.create(draft);
    progress.show(`creating customers in commercetools: ${index + 1}/${count}`);
  }
  progress.done(`${count} customers created in commercetools`);
}
