import type { EmbeddedConnector } from '../connector/embedded-connector.ts';
import { textTable } from '../table.ts';
import type { Latency } from './latency.ts';
import type { Ledger } from './ledger.ts';
import type { Mismatch } from './oracle.ts';

/** `.local/demo-report.json`. Counts unless a unit is named. */
export interface DemoReport {
  readonly seed: number;
  readonly customers: number;
  /** Creates, updates and deletes that commercetools answered. */
  readonly changes: number;
  /** Notifications put on the partner bus, second deliveries included. */
  readonly notifications: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** What was done to AWS and to the workers, by name; empty without chaos. */
  readonly disturbances: Readonly<Record<string, number>>;
  /** Messages that were still on their way when the time was over: 0 = quiet. */
  readonly waiting: number;
  /** Kinds of work that the scenario asked for and that never happened. */
  readonly untested: readonly string[];
  /** How the notifications ended. */
  readonly outcomes: Ledger['outcomes'];
  readonly retried: number;
  readonly warnings: number;
  /** Differences between commercetools and Fluent, by an oracle that shares no code with the mapper. */
  readonly mismatches: readonly Mismatch[];
  /** Customers whose state row does not cover their last change; without chaos at least the notifications that nobody received. */
  readonly lost: number;
  /**
   * Was received = the sum of all outcomes, from metrics alone? With chaos it need not be: a killed worker takes its counts
   * along, and an event that the bus took twice ends twice.
   */
  readonly ledgerBalanced: boolean;
  /** Requests for customers: queries and GETs by id. */
  readonly commercetoolsReads: number;
  readonly commercetoolsRequests: Readonly<Record<string, number>>;
  readonly fluentCalls: {
    readonly lookup: number;
    readonly create: number;
    readonly update: number;
    readonly token: number;
  };
  /** By service and operation. */
  readonly awsRequests: Readonly<Record<string, number>>;
  readonly dynamoDb: { readonly readUnits: number; readonly writeUnits: number };
  /** Grants of the template that no call needed. */
  readonly unusedGrants: readonly { role: string; action: string; resource: string }[];
  /** Calls that the template does not grant. */
  readonly deniedCalls: readonly { role: string; action: string; resource: string; calls: number }[];
  readonly deadLetters: number;
  readonly latencyMs: Latency;
  /** From the first change to quiet. */
  readonly flowMs: number;
  readonly durationMs: number;
  /** Resident memory of the whole process at the end and at its largest, and the largest heap of each function, in MB. */
  readonly memoryMb: {
    readonly process: number;
    readonly peak: number;
    readonly functions: Readonly<Record<string, number>>;
  };
}

/** Is everything equal, is nothing lost, do the books balance? */
export function isGood(report: DemoReport): boolean {
  const isDisturbed = Object.keys(report.disturbances).length > 0;
  return (
    report.waiting === 0 &&
    report.mismatches.length === 0 &&
    report.lost === 0 &&
    (report.ledgerBalanced || isDisturbed) &&
    report.deniedCalls.length === 0 &&
    (report.untested.length === 0 || isDisturbed)
  );
}

export function awsRequests({ aws }: EmbeddedConnector): Record<string, number> {
  return Object.fromEntries(
    aws.gateway.requests().map(({ service, operation, calls }) => [`${service}:${operation}`, calls]),
  );
}

export function renderReport(report: DemoReport): string {
  const { outcomes, fluentCalls, latencyMs, dynamoDb, memoryMb } = report;
  const reads = Object.entries(report.commercetoolsRequests).filter(([name]) => name.startsWith('GET '));
  const perChange = (count: number) => (count / report.changes).toFixed(2);
  return [
    textTable(
      ['', 'count'],
      [
        ['customers', report.customers],
        ['changes', report.changes],
        ['notifications', report.notifications],
        ['  delivered twice', report.duplicates],
        ['  delivered out of order', report.reordered],
        ...Object.entries(outcomes)
          .filter(([, count]) => count > 0)
          .map(([outcome, count]): [string, number] => [`ended ${outcome}`, count]),
        ['retried', report.retried],
        ...Object.entries(report.disturbances).map(([name, count]): [string, number] => [
          `disturbed: ${name}`,
          count,
        ]),
        ['warnings of the mapping', report.warnings],
      ],
    ),
    textTable(
      ['calls', 'count', 'per change'],
      [
        ...reads.map(([name, count]): [string, number, string] => [
          `commercetools ${name}`,
          count,
          perChange(count),
        ]),
        ...Object.entries(fluentCalls).map(([name, count]): [string, number, string] => [
          `Fluent ${name}`,
          count,
          perChange(count),
        ]),
        ...Object.entries(report.awsRequests)
          .filter(([name]) => /^(sqs|dynamodb|events):/.test(name))
          .map(([name, count]): [string, number, string] => [name, count, perChange(count)]),
        ['DynamoDB read units', dynamoDb.readUnits, perChange(dynamoDb.readUnits)],
        ['DynamoDB write units', dynamoDb.writeUnits, perChange(dynamoDb.writeUnits)],
      ],
    ),
    `  latency       p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, max ${latencyMs.max} ms (change answered -> in Fluent)`,
    `  duration      ${(report.durationMs / 1_000).toFixed(1)} s`,
    `  memory        ${memoryMb.process} MB process; heap ${Object.entries(memoryMb.functions)
      .map(([name, mb]) => `${name} ${mb} MB`)
      .join(', ')}`,
    ...unusedByRole(report.unusedGrants),
    ...report.deniedCalls.map(
      ({ role, action, resource, calls }) => `  DENIED ${calls} x ${action} on ${resource} (${role})`,
    ),
    ...report.mismatches
      .slice(0, 20)
      .map(
        ({ id, field, expected, actual }) =>
          `  DIFFERENT     ${id} ${field}: expected ${JSON.stringify(expected)}, is ${JSON.stringify(actual)}`,
      ),
    ...(report.mismatches.length > 20
      ? [`  ... and ${report.mismatches.length - 20} more in the report`]
      : []),
    ...(report.waiting > 0 ? [`  NOT QUIET     ${report.waiting} messages still wait`] : []),
    ...report.untested.map((kind) => `  UNTESTED      ${kind}: asked for, never happened`),
    '',
    `  lost ${report.lost}   different ${report.mismatches.length}   failed ${outcomes.failed}   received = sum of outcomes: ${books(report)}`,
  ].join('\n');
}

/** The demo only lets changes flow: what operates the connector uses few of its grants here. `--json` lists each. */
function unusedByRole(grants: DemoReport['unusedGrants']): string[] {
  return [...Map.groupBy(grants, ({ role }) => role)].map(([role, { length }]) => {
    const name = role.replace(/^commercetools-fluent-local-/, '').replace(/Role.*$/, '');
    return `  grants        ${length} of ${name} not needed here`;
  });
}

function books({ ledgerBalanced, disturbances }: DemoReport): string {
  if (ledgerBalanced) return 'yes';
  return Object.keys(disturbances).length > 0
    ? 'not with chaos: killed workers take their counts along'
    : 'NO';
}
