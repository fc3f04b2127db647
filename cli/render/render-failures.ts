import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { textTable } from './text-table.ts';
import { counted, minuteText } from './values.ts';
import { hanging } from './wrap.ts';

export function groupsText(groups: OperationOutput<'failure.groups'>['groups']): string {
  if (groups.length === 0) return 'Nothing failed.';
  const rows = groups.map((group) => [
    group.group,
    group.count,
    minuteText(group.firstSeen),
    minuteText(group.lastSeen),
    group.exampleId,
  ]);
  const remedies = groups.map((group) => `  ${hanging(`${group.group}: ${group.remedy}`, 4)}`);
  return [
    textTable(['group', 'count', 'first seen', 'last seen', 'for example'], rows),
    '',
    'What to do',
    ...remedies,
    '  Then: connector retry --group GROUP (--preview first)',
  ].join('\n');
}

export function failedText(items: OperationOutput<'failure.items'>['items']): string {
  if (items.length === 0) return 'Nothing failed with this cause.';
  const rows = items.map((item) => [
    item.id,
    item.version,
    item.kind,
    item.times,
    minuteText(item.lastSeen),
    item.code,
  ]);
  return textTable(['customer', 'version', 'kind', 'times', 'last seen', 'code'], rows);
}

export function retryText({ count, run, remedy }: OperationOutput<'failure.retry'>): string {
  const what = counted(count, 'customer');
  if (!run)
    return [`${what} would be tried again. Nothing was changed.`, remedy && `  ${remedy}`]
      .filter(Boolean)
      .join('\n');
  return `${what} will be tried again by run ${run.id}.\n  watch it: connector run show ${run.id} --wait`;
}
