import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { counted, minuteText } from './values.ts';
import { table, type View } from './view.ts';

export function failureGroupsView(groups: OperationOutput<'failure.groups'>['groups']): View {
  if (groups.length === 0) return 'No failures.';
  const rows = groups.map((group) => [
    group.group,
    group.count,
    minuteText(group.firstSeen),
    minuteText(group.lastSeen),
    group.exampleId,
  ]);
  return [
    table(['group', 'count', 'first seen', 'last seen', 'example'], rows),
    '',
    'How to fix:',
    ...groups.map((group) => `  ${group.group}: ${group.remedy}`),
    '  Then: connector retry --group GROUP --preview',
  ];
}

export function failedCustomersView(items: OperationOutput<'failure.items'>['items']): View {
  if (items.length === 0) return 'No failures in this group.';
  const rows = items.map((item) => [
    item.id,
    item.version,
    item.kind,
    item.times,
    minuteText(item.lastSeen),
    item.code,
  ]);
  return table(['customer', 'version', 'kind', 'times', 'last seen', 'code'], rows);
}

export function retryView({ count, run, remedy }: OperationOutput<'failure.retry'>): View {
  const customers = counted(count, 'customer');
  if (run) return [`Run ${run.id} retries ${customers}.`, `  Watch it: connector run show ${run.id} --wait`];
  return [`${customers} would be retried. Nothing was changed.`, remedy && `  ${remedy}`];
}
