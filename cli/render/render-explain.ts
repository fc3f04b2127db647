import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { factList, textTable } from './text-table.ts';
import { timeAgo, timeText } from './values.ts';
import { hanging } from './wrap.ts';

type Explanation = OperationOutput<'explain'>;

/** Why is this customer (not) in Fluent: both sides, our record, the difference, the latest notifications. */
export function explainText(explanation: Explanation, now: number): string {
  const { resource, record, pending, recent } = explanation;
  const sections = [
    hanging(`Customer ${resource.id}: ${explanation.verdict}`, 2),
    factList([
      ['commercetools', sourceText(resource)],
      ['written', writtenText(explanation)],
      ['Fluent', omsText(explanation)],
      ['compared', resource.code === undefined ? resource.class : `${resource.class} (${resource.code})`],
      ['handler', explanation.handlerState],
      ['set aside', record?.failure && failureText(record.failure)],
      ['waits', record?.waiting && waitingText(record.waiting, now)],
      [
        'recorded',
        pending &&
          `${pending.kind} of version ${pending.version} since ${timeAgo(pending.since, now)}; "connector process" sends it`,
      ],
    ]),
    fieldsText(resource),
    recentText(recent),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function sourceText({ sourceVersion, unavailable }: Explanation['resource']): string {
  if (sourceVersion !== undefined) return `version ${sourceVersion}`;
  return unavailable?.source === undefined
    ? 'has no such customer'
    : `not known just now (${unavailable.source})`;
}

function omsText({ resource: { isInOms, ref, unavailable }, record }: Explanation): string {
  const what = record?.isErased ? 'has its anonymised record' : 'has it';
  if (isInOms) return `${what}${ref === undefined ? '' : `, username ${ref}`}`;
  return unavailable?.oms === undefined ? 'has it not' : `not known just now (${unavailable.oms})`;
}

function writtenText({ record, resource }: Explanation): string {
  if (!record) return 'never';
  const marks = [
    record.status === 'deleted' ? 'deleted' : undefined,
    record.isErased ? 'erased' : undefined,
    record.isSkipped ? 'skipped by an operator' : undefined,
    record.isLinked ? 'linked by an operator' : undefined,
  ].filter(Boolean);
  const version =
    record.version === 0 ? 'nothing confirmed yet' : `version ${resource.writtenVersion ?? record.version}`;
  const at = record.committedAt === undefined ? '' : `, ${timeText(record.committedAt)}`;
  return [`${version}${at}`, ...marks].join(', ');
}

function failureText({
  code,
  field,
  version,
  remedy,
}: NonNullable<NonNullable<Explanation['record']>['failure']>): string {
  return `${code}${field === undefined ? '' : ` of ${field}`} at version ${version}. ${remedy}`;
}

function waitingText(
  { code, receives, until }: NonNullable<NonNullable<Explanation['record']>['waiting']>,
  now: number,
): string {
  return `${code}, ${receives === 1 ? 'tried once' : `tried ${receives} times`}, next try ${timeAgo(until, now)}`;
}

/** With values: every mapped field on both sides; without: the names of those that differ. */
function fieldsText({ all, fields }: Explanation['resource']): string {
  const changed = new Map(fields.map((each) => [each.field, each.changed]));
  if (all && all.length > 0) {
    const rows = all.map(({ field, source, oms }) => [
      field,
      valueText(source),
      !changed.has(field) && valueText(oms) === valueText(source) ? 'the same' : valueText(oms),
      changed.has(field) ? `differs (${changed.get(field)})` : '',
    ]);
    return textTable(['field', 'commercetools', 'Fluent', 'compared'], rows);
  }
  if (fields.length === 0) return '';
  return textTable(
    ['differs', 'changed'],
    fields.map(({ field, changed: side }) => [field, side]),
  );
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '-';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

function recentText(recent: Explanation['recent']): string {
  if (recent.length === 0) return '';
  const rows = recent.map(({ at, outcome, version, reason }) => [
    timeText(at),
    outcome,
    `v${version}`,
    reason,
  ]);
  return `Latest notifications\n${textTable(['when', 'outcome', 'version', 'reason'], rows)}`;
}
