import type { EmbeddedConnector } from '../connector/embedded-connector.ts';
import { textTable } from '../table.ts';
import type { Latency } from './latency.ts';
import type { Ledger } from './ledger.ts';
import type { Mismatch } from './oracle.ts';

/** `.local/demo-report.json`. Figures are counts unless a unit is named. */
export interface DemoReport {
  readonly seed: number;
  readonly customers: number;
  /** Creates, updates and deletes that commercetools answered. */
  readonly changes: number;
  /** Notifications sent to the partner bus, duplicates included. */
  readonly notifications: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Faults of AWS and killed workers, by name; empty without chaos. */
  readonly disturbances: Readonly<Record<string, number>>;
  /** Messages left when the time limit was reached: 0 = quiet. */
  readonly waiting: number;
  /** Kinds of work that the scenario requested but that never happened. */
  readonly untested: readonly string[];
  /** Notifications by outcome. */
  readonly outcomes: Ledger['outcomes'];
  readonly retried: number;
  readonly warnings: number;
  /** Differences between commercetools and Fluent, found by an oracle that shares no code with the mapper. */
  readonly mismatches: readonly Mismatch[];
  /** Customers whose sync record is older than their last change; without chaos at least the notifications never received. */
  readonly lost: number;
  /**
   * True if received = the sum of all outcomes, from metrics alone. With chaos it can be false: the counts of a killed worker
   * are lost, and an event that the bus accepted twice has two outcomes.
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
  /** Permissions of the template that no call used. */
  readonly unusedGrants: readonly { role: string; action: string; resource: string }[];
  /** Calls that the template does not permit. */
  readonly deniedCalls: readonly { role: string; action: string; resource: string; calls: number }[];
  readonly deadLetters: number;
  readonly latencyMs: Latency;
  /** From the first change until no message is left. */
  readonly flowMs: number;
  readonly durationMs: number;
  /** Resident memory of the whole process at the end and at its largest, and the largest heap of each function, in MB. */
  readonly memoryMb: {
    readonly process: number;
    readonly peak: number;
    readonly functions: Readonly<Record<string, number>>;
  };
}

/** True if all customers are equal, nothing is lost and all notifications are counted. */
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
          .map(([outcome, count]): [string, number] => [`outcome ${outcome}`, count]),
        ['retried', report.retried],
        ...Object.entries(report.disturbances).map(([name, count]): [string, number] => [
          `fault: ${name}`,
          count,
        ]),
        ['mapping warnings', report.warnings],
      ],
    ),
    '',
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
    '',
    `  latency       p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, max ${latencyMs.max} ms (from commercetools' answer until Fluent has the change)`,
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
    ...(report.waiting > 0 ? [`  NOT QUIET     ${report.waiting} messages are still in queues`] : []),
    ...report.untested.map((kind) => `  UNTESTED      ${kind}: requested, but never happened`),
    '',
    `  ${isGood(report) ? 'GOOD' : 'BAD'}   lost: ${report.lost}   different: ${report.mismatches.length}   failed: ${outcomes.failed}   received = sum of outcomes: ${balance(report)}`,
  ].join('\n');
}

/** The demo operates nothing, so many permissions stay unused. `--json` lists each. */
function unusedByRole(grants: DemoReport['unusedGrants']): string[] {
  return [...Map.groupBy(grants, ({ role }) => role)].map(([role, { length }]) => {
    // CloudFormation shortens long names: RouterRole12345678-<hash>, but HandlercustomerHandlerRo-<hash>.
    const name = role.replace(/^commercetools-fluent-local-/, '').replace(/R(o|ol|ole.*)?-[0-9A-F]{12}$/, '');
    return `  permissions   ${length} of ${name} not used in this demo`;
  });
}

function balance({ ledgerBalanced, disturbances }: DemoReport): string {
  if (ledgerBalanced) return 'yes';
  return Object.keys(disturbances).length > 0
    ? 'no, as expected with chaos: the counts of killed workers are lost'
    : 'NO';
}
