import { createHash } from 'node:crypto';

/** ARNs of the resources of one account in one region. */
export interface Arns {
  queue(name: string): string;
  table(nameOrArn: string): string;
  bus(nameOrArn: string): string;
  rule(bus: string, rule: string): string;
  archive(name: string): string;
  replay(name: string): string;
  eventSource(name: string): string;
  lambda(nameOrArn: string): string;
  mapping(uuid: string): string;
  secret(id: string): string;
  parameter(name: string): string;
  alarm(name: string): string;
  logGroup(name: string): string;
  schedule(group: string, name: string): string;
  role(name: string): string;
}

export function arnsOf(region: string, account: string): Arns {
  const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
  const unlessArn = (id: string, make: (name: string) => string): string =>
    id.startsWith('arn:') ? id : make(id);
  return {
    queue: (name) => arn('sqs', name),
    table: (id) => unlessArn(id, (name) => arn('dynamodb', `table/${name}`)),
    bus: (id) => unlessArn(id, (name) => arn('events', `event-bus/${name}`)),
    rule: (bus, rule) => arn('events', bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`),
    archive: (name) => arn('events', `archive/${name}`),
    replay: (name) => arn('events', `replay/${name}`),
    eventSource: (name) => `arn:aws:events:${region}::event-source/${name}`,
    lambda: (id) => unlessArn(id, (name) => arn('lambda', `function:${name}`)),
    mapping: (uuid) => arn('lambda', `event-source-mapping:${uuid}`),
    secret: (id) => secretArn(id, (name) => arn('secretsmanager', `secret:${name}-${secretSuffix(name)}`)),
    parameter: (name) => arn('ssm', `parameter/${name.replace(/^\//, '')}`),
    alarm: (name) => arn('cloudwatch', `alarm:${name}`),
    logGroup: (name) => arn('logs', `log-group:${name}`),
    schedule: (group, name) => arn('scheduler', `schedule/${group}/${name}`),
    role: (name) => `arn:aws:iam::${account}:role/${name}`,
  };
}

/** The text after the last `/` or `:`, for example the queue name of a queue URL or ARN. */
export function lastSegment(id: string): string {
  return id.split(/[/:]/).at(-1) ?? id;
}

/** The name of a bus from its name or ARN. Names of partner buses contain slashes. */
export function busName(id: string): string {
  return id.replace(/^arn:[^/]*:event-bus\//, '');
}

/** Six characters as AWS appends them to the ARN of a secret, but the same at every start. */
function secretSuffix(name: string): string {
  return createHash('sha256').update(name).digest('base64url').replace(/[-_]/g, '').slice(0, 6);
}

/** A SecretId may be the name, the full ARN, or the ARN without suffix, which an imported secret has. */
function secretArn(id: string, fromName: (name: string) => string): string {
  const name = id.startsWith('arn:') ? id.split(':').slice(6).join(':') : id;
  const cut = name.slice(0, -7);
  return cut !== '' && name === `${cut}-${secretSuffix(cut)}` ? fromName(cut) : fromName(name);
}
