import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { cut } from './layout.ts';
import { timeAgo, timeText } from './values.ts';
import { facts, sections, table, type View } from './view.ts';

type Explanation = OperationOutput<'explain'>;
type SyncRecord = NonNullable<Explanation['record']>;

/** Why a customer is, or is not, in Fluent: both systems, the sync record, the differences, the latest notifications. */
export function explainView(explanation: Explanation, now: number): View {
  const { resource, record, pending, recent } = explanation;
  return sections([
    `Customer ${resource.id}: ${explanation.verdict}`,
    facts([
      ['commercetools', sourceText(resource)],
      ['written', writtenText(explanation)],
      ['Fluent', omsText(explanation)],
      ['comparison', resource.code === undefined ? resource.class : `${resource.class} (${resource.code})`],
      ['handler', explanation.handlerState],
      ['failed', record?.failure && failureText(record.failure)],
      ['retry', record?.waiting && waitingText(record.waiting, now)],
      [
        'recorded',
        pending &&
          `${pending.kind} of version ${pending.version} since ${timeAgo(pending.since, now)}; "connector process" sends it`,
      ],
    ]),
    fieldsView(resource),
    recentView(recent),
  ]);
}

function sourceText({ sourceVersion, unavailable }: Explanation['resource']): string {
  if (sourceVersion !== undefined) return `version ${sourceVersion}`;
  return unavailable?.source === undefined
    ? 'does not exist'
    : `unknown, could not be read (${unavailable.source})`;
}

function omsText({ resource: { isInOms, ref, unavailable }, record }: Explanation): string {
  const found = record?.isErased ? 'exists, anonymised' : 'exists';
  if (isInOms) return `${found}${ref === undefined ? '' : `, username ${ref}`}`;
  return unavailable?.oms === undefined
    ? 'does not exist'
    : `unknown, could not be read (${unavailable.oms})`;
}

function writtenText({ record, resource }: Explanation): string {
  if (!record) return 'never';
  const version =
    record.version === 0
      ? 'no version confirmed yet'
      : `version ${resource.writtenVersion ?? record.version}`;
  return [
    version,
    record.committedAt !== undefined && timeText(record.committedAt),
    record.status === 'deleted' && 'deleted',
    record.isErased && 'erased',
    record.isSkipped && 'excluded by an operator',
    record.isLinked && 'linked by an operator',
  ]
    .filter(Boolean)
    .join(', ');
}

function failureText({ code, field, version, remedy }: NonNullable<SyncRecord['failure']>): string {
  return `${code}${field === undefined ? '' : ` in ${field}`} at version ${version}. ${remedy}`;
}

function waitingText({ code, receives, until }: NonNullable<SyncRecord['waiting']>, now: number): string {
  const attempts = receives === 1 ? '1 attempt' : `${receives} attempts`;
  return `${code} after ${attempts}, next attempt ${timeAgo(until, now)}`;
}

/** With values, every mapped field in both systems; without values, the names of the fields that differ. */
function fieldsView({ all, fields }: Explanation['resource']): View | undefined {
  const changed = new Map(fields.map((each) => [each.field, each.changed]));
  if (all && all.length > 0) {
    const rows = all.map(({ field, source, oms }) => [
      field,
      valueText(source),
      !changed.has(field) && valueText(oms) === valueText(source) ? 'same' : valueText(oms),
      changed.has(field) ? `differs (${changed.get(field)})` : '',
    ]);
    return table(['field', 'commercetools', 'Fluent', 'comparison'], rows);
  }
  if (fields.length === 0) return undefined;
  return table(
    ['differs', 'changed'],
    fields.map(({ field, changed: side }) => [field, side]),
  );
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '-';
  return cut(typeof value === 'string' ? value : JSON.stringify(value), 40);
}

function recentView(recent: Explanation['recent']): View | undefined {
  if (recent.length === 0) return undefined;
  const rows = recent.map(({ at, outcome, version, reason }) => [
    timeText(at),
    outcome,
    `v${version}`,
    reason,
  ]);
  return ['Latest notifications', table(['when', 'outcome', 'version', 'reason'], rows)];
}
