import { describe, expect, it } from 'vitest';
import { parseStage } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';
import { lint, literalSecrets, secretVariables } from './policy-lint.ts';
import {
  listOf,
  type Resource,
  referenceOf,
  resourcesOf,
  synthesise,
  type Template,
  templateOf,
  type Value,
} from './synth.ts';

describe.each(Object.keys(stages))('stage %s', (stage) => {
  it('passes the policy lint', () => {
    expect(lint(templateOf(stage))).toEqual([]);
  });

  it('references secrets by name and contains no value of one', () => {
    const { commercetools, fluent } = stages[stage] ?? {};
    // Without a canary there is no secret to name.
    const canary = commercetools?.canarySecret ?? '';
    const names = [commercetools?.secret, commercetools?.subscriptionSecret, canary, fluent?.secret];
    for (const [variable, value] of secretVariables(templateOf(stage)))
      expect(names, variable).toContain(value);
  });
});

/** Several actions on one resource. */
const on = (resource: string, ...actions: string[]) => actions.map((action) => `${action} ${resource}`);

const keep = on(
  'StateTable',
  'dynamodb:BatchGetItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
);
const switches = [
  ...on('CommercetoolsRule', 'events:DescribeRule', 'events:DisableRule', 'events:EnableRule'),
  ...on(
    'event-source-mapping:HandlercustomerHandlerMapping',
    'lambda:GetEventSourceMapping',
    'lambda:UpdateEventSourceMapping',
  ),
];
const removeCopies = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'];
const queueAdmin = (queue: string, deadLetters: string) => [
  ...on(queue, 'sqs:GetQueueAttributes', 'sqs:PurgeQueue', 'sqs:SendMessage'),
  ...on(
    deadLetters,
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:PurgeQueue',
    'sqs:ReceiveMessage',
    'sqs:StartMessageMoveTask',
  ),
];

/** All grants, role by role: one more or one less fails, so that every grant is a decision. */
const granted: Readonly<Record<string, readonly string[]>> = {
  CareCaretakerRole: [
    ...keep,
    'dynamodb:Query StateTable',
    ...switches,
    'events:StartReplay CommercetoolsPartnerBusArchive',
    'events:StartReplay replay/*',
    'lambda:InvokeFunction CommercetoolsSubscriberFunction',
    'lambda:InvokeFunction HandlercustomerHandlerFunction',
    ...on('CareCaretakerLogs', 'logs:CreateLogStream', 'logs:PutLogEvents'),
    ...on('CommercetoolsRuleDeadLettersQueue', ...removeCopies),
    ...on('HandlercustomerQueueDeadLettersQueue', ...removeCopies),
    ...on('IngestDeadLettersQueue', ...removeCopies),
    'sqs:SendMessage CareDeadLettersQueue',
    'sqs:SendMessage RunsTicksQueue',
  ],
  OperatorControlRole: [
    'cloudwatch:GetMetricData *',
    ...keep,
    'dynamodb:Query StateTable',
    ...switches,
    'events:StartReplay CommercetoolsPartnerBusArchive',
    'events:StartReplay replay/*',
    'lambda:InvokeFunction CommercetoolsSubscriberFunction',
    'lambda:InvokeFunction HandlercustomerHandlerFunction',
    ...on('OperatorControlLogs', 'logs:CreateLogStream', 'logs:PutLogEvents'),
    'secretsmanager:GetSecretValue secret:fluent-connector/prod/commercetools-??????',
    ...queueAdmin('HandlercustomerQueue', 'HandlercustomerQueueDeadLettersQueue'),
    'sqs:ChangeMessageVisibility HandlercustomerQueueDeadLettersQueue',
    // The policies of the rules' queues, which doctor compares with the rules.
    'events:ListTargetsByRule CommercetoolsRule',
    'events:ListTargetsByRule InternalRule',
    'events:ListTargetsByRule CareEveryMinute',
    'sqs:GetQueueAttributes CommercetoolsRuleDeadLettersQueue',
    'sqs:GetQueueAttributes InternalRuleDeadLettersQueue',
    'sqs:GetQueueAttributes CareDeadLettersQueue',
    ...queueAdmin('IngestQueue', 'IngestDeadLettersQueue'),
    ...queueAdmin('RouteQueue', 'RouteDeadLettersQueue'),
    ...queueAdmin('RunsTicksQueue', 'RunsTicksDeadLettersQueue'),
  ],
  RunsFeederRole: [
    ...keep,
    'dynamodb:Query StateTable',
    'dynamodb:Scan StateTable',
    'lambda:InvokeFunction HandlercustomerHandlerFunction',
    ...on('RunsFeederLogs', 'logs:CreateLogStream', 'logs:PutLogEvents'),
    'secretsmanager:GetSecretValue secret:fluent-connector/prod/commercetools-??????',
    ...on('HandlercustomerQueueDeadLettersQueue', ...removeCopies),
    ...on('HandlercustomerQueue', 'sqs:GetQueueAttributes', 'sqs:SendMessage'),
    ...on(
      'RunsTicksQueue',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ),
  ],
  CommercetoolsSubscriberRole: [
    'events:DescribeEventSource event-source/aws.partner/commercetools.com/my-project/fluent-connector-prod',
    'logs:CreateLogStream CommercetoolsSubscriberLogs',
    'logs:PutLogEvents CommercetoolsSubscriberLogs',
    'secretsmanager:GetSecretValue secret:fluent-connector/prod/commercetools-subscription-??????',
    'sqs:SendMessage CommercetoolsSubscriberDeadLettersQueue',
  ],
  QueueListenerRole: [
    'events:PutEvents InternalBus',
    'logs:CreateLogStream QueueListenerLogs',
    'logs:PutLogEvents QueueListenerLogs',
    'sqs:DeleteMessage IngestQueue',
    'sqs:GetQueueAttributes IngestQueue',
    'sqs:ReceiveMessage IngestQueue',
    'sqs:SendMessage IngestDeadLettersQueue',
  ],
  HandlercustomerHandlerRole: [
    ...keep,
    'logs:CreateLogStream HandlercustomerHandlerLogs',
    'logs:PutLogEvents HandlercustomerHandlerLogs',
    'secretsmanager:GetSecretValue secret:fluent-connector/prod/commercetools-??????',
    'secretsmanager:GetSecretValue secret:fluent-connector/prod/fluent-??????',
    'sqs:ChangeMessageVisibility HandlercustomerQueue',
    'sqs:DeleteMessage HandlercustomerQueue',
    'sqs:GetQueueAttributes HandlercustomerQueue',
    'sqs:ReceiveMessage HandlercustomerQueue',
    'sqs:SendMessage HandlercustomerQueueDeadLettersQueue',
  ],
  RouterRole: [
    'logs:CreateLogStream RouterLogs',
    'logs:PutLogEvents RouterLogs',
    'sqs:DeleteMessage RouteQueue',
    'sqs:GetQueueAttributes RouteQueue',
    'sqs:ReceiveMessage RouteQueue',
    'sqs:SendMessage HandlercustomerQueue',
    'sqs:SendMessage RouteDeadLettersQueue',
  ],
};

describe('the grants of the roles', () => {
  it('are exactly the listed ones', () => {
    const sorted = Object.entries(granted).map(([role, cells]) => [role, [...cells].sort()]);
    expect(grantsOf(templateOf('prod'))).toEqual(Object.fromEntries(sorted));
  });

  it('let only handlers read the OMS secret, and only the run feeder scan the table', () => {
    const rolesWith = (text: string) =>
      Object.entries(grantsOf(templateOf('prod')))
        .filter(([, grants]) => grants.some((grant) => grant.includes(text)))
        .map(([role]) => role);
    expect(rolesWith('secret:fluent-connector/prod/fluent-')).toEqual(['HandlercustomerHandlerRole']);
    expect(rolesWith('dynamodb:Scan')).toEqual(['RunsFeederRole']);
    expect(rolesWith('dynamodb:DeleteTable')).toEqual([]);
    expect(rolesWith('sqs:PurgeQueue')).toEqual(['OperatorControlRole']);
  });

  it('give the canary’s secret to the caretaker alone, if the stage has one', () => {
    const commercetools = { ...stages['prod']?.commercetools, canarySecret: 'shop/canary' };
    const config = parseStage('prod', { prod: { ...stages['prod'], commercetools } });
    const grants = grantsOf(synthesise('prod', { config }));
    const readers = Object.entries(grants).filter(([, cells]) =>
      cells.includes('secretsmanager:GetSecretValue secret:shop/canary-??????'),
    );
    expect(readers.map(([role]) => role)).toEqual(['CareCaretakerRole']);
  });
});

describe('the policy lint reports', () => {
  const broken: [string, string, (draft: Draft) => void][] = [
    [
      'a service with access from any source',
      'aws:SourceAccount',
      (draft) => each(draft, 'AWS::SQS::QueuePolicy', (p) => dropConditions(p)),
    ],
    [
      'an open permission',
      'invoke without SourceArn',
      (draft) => add(draft, 'AWS::Lambda::Permission', { Principal: 'events.amazonaws.com' }),
    ],
    ['plain HTTP', 'plain HTTP', (draft) => remove(draft, 'AWS::SQS::QueuePolicy')],
    [
      'a bus open to any account',
      'any account may send',
      (draft) =>
        add(draft, 'AWS::Events::EventBusPolicy', { Statement: { Effect: 'Allow', Principal: '*' } }),
    ],
    [
      'an action wildcard',
      'action sqs:*',
      (draft) => add(draft, 'AWS::IAM::Policy', allow('sqs:*', 'arn:aws:sqs:::x')),
    ],
    [
      'a resource wildcard',
      'resource "arn:aws:sqs:*"',
      (draft) => add(draft, 'AWS::IAM::Policy', allow('sqs:SendMessage', 'arn:aws:sqs:*')),
    ],
    [
      'a managed policy',
      'managed policy',
      (draft) => add(draft, 'AWS::IAM::Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] }),
    ],
    [
      'a queue without redrive',
      'no dead-letter queue',
      (draft) => each(draft, 'AWS::SQS::Queue', (p) => delete p['RedrivePolicy']),
    ],
    [
      'a short visibility',
      'before six timeouts',
      (draft) => each(draft, 'AWS::SQS::Queue', (p) => Object.assign(p, { VisibilityTimeout: 30 })),
    ],
    [
      'batches that fail as a whole',
      'fails batches as a whole',
      (draft) => each(draft, 'AWS::Lambda::EventSourceMapping', (p) => delete p['FunctionResponseTypes']),
    ],
    [
      'a target without retries',
      'without retry policy',
      (draft) => eachTarget(draft, (target) => delete target['RetryPolicy']),
    ],
    [
      'a target without dead letters',
      'without dead-letter queue',
      (draft) => eachTarget(draft, (target) => delete target['DeadLetterConfig']),
    ],
    [
      'a table without TTL',
      'no TTL',
      (draft) => each(draft, 'AWS::DynamoDB::GlobalTable', (p) => delete p['TimeToLiveSpecification']),
    ],
    [
      'logs without retention',
      'logs without retention',
      (draft) => each(draft, 'AWS::Logs::LogGroup', (p) => delete p['RetentionInDays']),
    ],
    [
      'a queue without encryption',
      'SSE-SQS',
      (draft) => each(draft, 'AWS::SQS::Queue', (p) => delete p['SqsManagedSseEnabled']),
    ],
    [
      'a credential',
      'looks like a credential',
      (draft) => add(draft, 'AWS::SNS::Topic', { Name: `AKIA${'ABCDEFGHIJKLMNOP'}` }),
    ],
    [
      'a random text',
      'looks random',
      (draft) => add(draft, 'AWS::SNS::Topic', { Name: 'q7Zt-0vXk3R9bYw2LmPs8JdHuC1fGe5N' }),
    ],
    [
      'a resolved secret',
      'resolves a secret',
      (draft) => add(draft, 'AWS::SNS::Topic', { Name: '{{resolve:secretsmanager:x}}' }),
    ],
  ];

  it.each(broken)('%s', (_, finding, damage) => {
    const draft = structuredClone(templateOf('prod')) as unknown as Draft;
    damage(draft);
    expect(lint(draft as unknown as Template).join('\n')).toContain(finding);
  });

  it('no credential among the generated names of the template', () => {
    expect(literalSecrets(templateOf('local'))).toEqual([]);
  });
});

type Loose = { [key: string]: Loose };
interface Draft {
  Resources: Record<string, { Type: string; Properties: Loose }>;
}

function each(draft: Draft, type: string, change: (properties: Loose) => void): void {
  for (const resource of Object.values(draft.Resources))
    if (resource.Type === type) change(resource.Properties);
}

function eachTarget(draft: Draft, change: (target: Loose) => void): void {
  each(draft, 'AWS::Events::Rule', (rule) => Object.values(rule['Targets'] ?? {}).forEach(change));
}

function dropConditions(policy: Loose): void {
  for (const statement of Object.values(policy['PolicyDocument']?.['Statement'] ?? {})) {
    if (statement['Principal']?.['Service']) delete statement['Condition'];
  }
}

function add(draft: Draft, type: string, properties: object): void {
  draft.Resources['Added'] = { Type: type, Properties: properties as Loose };
}

function remove(draft: Draft, type: string): void {
  for (const [id, resource] of Object.entries(draft.Resources))
    if (resource.Type === type) delete draft.Resources[id];
}

function allow(action: string, resource: string): object {
  return { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] } };
}

/** Role -> "action resource", sorted; logical ids without their hash. */
function grantsOf(template: Template): Record<string, string[]> {
  return Object.fromEntries(
    resourcesOf(template, 'AWS::IAM::Policy').map(([, policy]) => [roleOf(policy), cellsOf(policy).sort()]),
  );
}

function roleOf({ Properties }: Resource): string {
  return withoutHash(referenceOf(listOf(Properties?.['Roles'])[0]));
}

function cellsOf({ Properties }: Resource): string[] {
  return listOf(Properties?.['PolicyDocument']?.['Statement']).flatMap((statement) =>
    listOf(statement['Action']).flatMap((action) =>
      listOf(statement['Resource']).map((resource) => `${String(action)} ${nameOf(resource)}`),
    ),
  );
}

function nameOf(resource: Value): string {
  const logicalId = referenceOf(resource);
  if (logicalId !== '') return withoutHash(logicalId);
  const parts = listOf(listOf(resource['Fn::Join'])[1])
    .map((part) => (typeof part === 'string' ? part : withoutHash(referenceOf(part))))
    .filter((part) => !part.startsWith('AWS::'));
  return (parts.length > 0 ? parts : [resource])
    .map(String)
    .join('')
    .replace(/^.*:(?=secret:|event-source\/|event-source-mapping:|replay\/)/, '');
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
