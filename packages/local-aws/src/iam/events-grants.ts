import { type Arns, busName } from '../arns.ts';
import type { JsonObject } from '../contract.ts';
import { objects, optionalText } from '../fields.ts';
import { type Grant, grantsOn } from './grant.ts';

const ruleOperations = [
  'PutRule',
  'DeleteRule',
  'DescribeRule',
  'EnableRule',
  'DisableRule',
  'PutTargets',
  'RemoveTargets',
  'ListTargetsByRule',
];
const busOperations = ['CreateEventBus', 'DeleteEventBus', 'DescribeEventBus'];
const sourceOperations = ['DescribeEventSource', 'CreatePartnerEventSource', 'DeletePartnerEventSource'];
const archiveOperations = ['CreateArchive', 'DeleteArchive', 'DescribeArchive', 'UpdateArchive'];

export function eventsGrants(operation: string, input: JsonObject, arns: Arns): Grant[] {
  const action = `events:${operation}`;
  const bus = optionalText(input, 'EventBusName') ?? 'default';
  const name = optionalText(input, 'Name');
  if (operation === 'PutEvents') {
    return grantsOn(
      action,
      objects(input, 'Entries').map((entry) => arns.bus(optionalText(entry, 'EventBusName') ?? 'default')),
    );
  }
  if (operation === 'ForwardEvent') return [{ action: 'events:PutEvents', resource: arns.bus(bus) }];
  if (operation === 'PutPartnerEvents') {
    return grantsOn(
      action,
      objects(input, 'Entries').map((entry) => arns.eventSource(optionalText(entry, 'Source') ?? '*')),
    );
  }
  if (ruleOperations.includes(operation)) {
    return [{ action, resource: arns.rule(busName(bus), name ?? optionalText(input, 'Rule') ?? '*') }];
  }
  if (busOperations.includes(operation)) return [{ action, resource: arns.bus(name ?? 'default') }];
  if (sourceOperations.includes(operation)) return [{ action, resource: arns.eventSource(name ?? '*') }];
  if (archiveOperations.includes(operation)) {
    return [{ action, resource: arns.archive(optionalText(input, 'ArchiveName') ?? '*') }];
  }
  const replay = optionalText(input, 'ReplayName');
  if (operation === 'StartReplay') {
    // AWS checks both the archive that is read and the replay that is started.
    const archive = optionalText(input, 'EventSourceArn') ?? '*';
    return [archive, arns.replay(replay ?? '*')].map((resource) => ({ action, resource }));
  }
  return [{ action, resource: replay ? arns.replay(replay) : '*' }];
}
