import {
  deadLetterQueues,
  listOf,
  type Resource,
  receivingQueues,
  referenceOf,
  resourcesOf,
  type Template,
  type Value,
} from './synth.ts';

/** Rules that no nag pack has. Each returns one line per finding. */
export function lint(template: Template): string[] {
  return [
    ...servicesWithoutSource(template),
    ...openTransport(template),
    ...wildcards(template),
    ...weakQueues(template),
    ...weakTargets(template),
    ...weakKeeping(template),
    ...literalSecrets(template),
  ];
}

const policyDocuments: Readonly<Record<string, string>> = {
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::Events::EventBusPolicy': 'Statement',
  'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy',
  'AWS::IAM::Policy': 'PolicyDocument',
  'AWS::IAM::ManagedPolicy': 'PolicyDocument',
};

function statementsOf({ Type, Properties }: Resource): Value[] {
  const document = Properties?.[policyDocuments[Type] ?? ''];
  if (Type === 'AWS::Events::EventBusPolicy') return listOf(document);
  const inline = listOf(Properties?.['Policies']).flatMap((policy) =>
    listOf(policy['PolicyDocument']?.['Statement']),
  );
  return [...listOf(document?.['Statement']), ...inline];
}

function conditionKeys(statement: Value): string[] {
  return Object.values(statement['Condition'] ?? {}).flatMap((tests) => Object.keys(tests ?? {}));
}

/** 1: an AWS service may act for this account and this resource only (confused deputy). */
function servicesWithoutSource(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    if (resource.Type === 'AWS::Lambda::Permission') {
      const bound = resource.Properties?.['SourceArn'] ?? resource.Properties?.['SourceAccount'];
      return bound ? [] : [`${id}: a service may invoke without SourceArn or SourceAccount`];
    }
    return statementsOf(resource)
      .filter((statement) => String(statement['Effect']) === 'Allow' && statement['Principal']?.['Service'])
      .flatMap((statement) => {
        const keys = conditionKeys(statement);
        const needed = ['aws:SourceArn', 'aws:SourceAccount'].filter((key) => !keys.includes(key));
        const toQueue = resource.Type === 'AWS::SQS::QueuePolicy';
        return needed.length > (toQueue ? 0 : 1)
          ? [`${id}: a service has access without ${needed.join(' and ')}`]
          : [];
      });
  });
}

/** 2: nothing over plain HTTP; no bus that any account may write to. */
function openTransport(template: Template): string[] {
  const closed = new Set(
    resourcesOf(template, 'AWS::SQS::QueuePolicy')
      .filter(([, policy]) => statementsOf(policy).some(deniesPlainHttp))
      .flatMap(([, policy]) => listOf(policy.Properties?.['Queues']).map(referenceOf)),
  );
  const openQueues = resourcesOf(template, 'AWS::SQS::Queue').filter(([id]) => !closed.has(id));
  const openBuses = resourcesOf(template, 'AWS::Events::EventBusPolicy').filter(([, policy]) =>
    statementsOf(policy).some(({ Principal, Condition }) => String(Principal) === '*' && !Condition),
  );
  return [
    ...openQueues.map(([id]) => `${id}: does not refuse plain HTTP`),
    ...openBuses.map(([id]) => `${id}: any account may send`),
  ];
}

function deniesPlainHttp(statement: Value): boolean {
  const plain = statement['Condition']?.['Bool']?.['aws:SecureTransport'];
  return String(statement['Effect']) === 'Deny' && String(plain) === 'false';
}

/** Grants without an exact ARN: an action without resources, and a replay, whose name is given at its start. */
const unnamed: readonly RegExp[] = [
  /^cloudwatch:GetMetricData "\*"$/,
  /^events:StartReplay \{"Fn::Join".*":replay\/\*"\]\]\}$/,
];

/** 3: exact actions on exact resources, except the six characters after a secret's name and the `unnamed` ones. */
function wildcards(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) => {
    const managed = listOf(resource.Properties?.['ManagedPolicyArns']);
    const granted = statementsOf(resource).filter((statement) => String(statement['Effect']) === 'Allow');
    const actions = granted.flatMap((statement) => listOf(statement['Action']).map(String));
    const pairs = granted.flatMap((statement) =>
      listOf(statement['Resource']).flatMap((arn) =>
        listOf(statement['Action']).map((action) => [
          `${action} ${JSON.stringify(arn)}`,
          JSON.stringify(arn),
        ]),
      ),
    );
    const open = pairs.filter(([pair = '']) => !unnamed.some((known) => known.test(pair)));
    return [
      ...managed.map((arn) => `${id}: managed policy ${JSON.stringify(arn)}`),
      ...actions.filter((action) => /[*?]/.test(action)).map((action) => `${id}: action ${action}`),
      ...open
        .filter(([, arn = '']) => /[*?]/.test(arn.replace(/(:secret:[^*?]+-)\?{6}/, '$1')))
        .map(([, arn]) => `${id}: resource ${arn}`),
    ];
  });
}

/** 4: a consumed queue loses no message and blocks no other customer. */
function weakQueues(template: Template): string[] {
  return receivingQueues(template).flatMap(({ queueId, queue, mapping, function: worker }) => {
    const redrive = queue['RedrivePolicy'];
    const deadLetters = template.Resources[referenceOf(redrive?.['deadLetterTargetArn'])]?.Properties;
    const fifo = queue['FifoQueue'] !== undefined;
    const weak: [boolean, string][] = [
      [deadLetters === undefined, 'has no dead-letter queue'],
      [
        Number(deadLetters?.['MessageRetentionPeriod']) !== 1_209_600,
        'keeps dead letters for less than 14 days',
      ],
      [
        Number(redrive?.['maxReceiveCount']) < (fifo ? 1000 : 480),
        'moves messages to the dead-letter queue after too few receives',
      ],
      [
        Number(queue['VisibilityTimeout']) < 6 * Number(worker['Timeout']),
        'is visible again before six timeouts',
      ],
      [
        !listOf(mapping['FunctionResponseTypes']).map(String).includes('ReportBatchItemFailures'),
        'fails batches as a whole',
      ],
      [
        fifo && String(queue['FifoThroughputLimit']) !== 'perMessageGroupId',
        'is FIFO without high throughput',
      ],
      [fifo && deadLetters?.['FifoQueue'] === undefined, 'is FIFO with a standard dead-letter queue'],
      [fifo && mapping['ScalingConfig'] === undefined, 'has no bound on concurrency'],
    ];
    return weak.filter(([found]) => found).map(([, text]) => `${queueId}: ${text}`);
  });
}

/** 5: undelivered events are retried and then kept; only a schedule invokes a function without a queue between. */
function weakTargets(template: Template): string[] {
  return resourcesOf(template, 'AWS::Events::Rule').flatMap(([id, rule]) =>
    listOf(rule.Properties?.['Targets']).flatMap((target) => {
      const toFunction = template.Resources[referenceOf(target['Arn'])]?.Type === 'AWS::Lambda::Function';
      return [
        ...(target['RetryPolicy'] ? [] : [`${id}: a target without retry policy`]),
        ...(target['DeadLetterConfig'] ? [] : [`${id}: a target without dead-letter queue`]),
        ...(toFunction && rule.Properties?.['ScheduleExpression'] === undefined
          ? [`${id}: invokes a function directly`]
          : []),
      ];
    }),
  );
}

/** 6: the table can be restored, logs expire, functions state their size, queues are encrypted with SQS's key. */
function weakKeeping(template: Template): string[] {
  const found = (type: string, check: (properties: Value) => boolean, text: string) =>
    resourcesOf(template, type)
      .filter(([, { Properties }]) => !check(Properties ?? {}))
      .map(([id]) => `${id}: ${text}`);
  const replicas = (table: Value) => listOf(table['Replicas']);
  return [
    ...found(
      'AWS::DynamoDB::GlobalTable',
      (table) =>
        replicas(table).every(({ PointInTimeRecoverySpecification: pitr }) =>
          Boolean(pitr?.['PointInTimeRecoveryEnabled']),
        ),
      'no point-in-time recovery',
    ),
    ...found(
      'AWS::DynamoDB::GlobalTable',
      (table) => String(table['TimeToLiveSpecification']?.['AttributeName']) === 'ttl',
      'no TTL',
    ),
    ...found(
      'AWS::DynamoDB::GlobalTable',
      (table) => String(table['BillingMode']) === 'PAY_PER_REQUEST',
      'not on demand',
    ),
    ...found(
      'AWS::Logs::LogGroup',
      (logs) => logs['RetentionInDays'] !== undefined,
      'logs without retention',
    ),
    ...found(
      'AWS::Lambda::Function',
      (worker) => String(worker['Runtime']) === 'nodejs24.x',
      'another runtime',
    ),
    ...found(
      'AWS::Lambda::Function',
      (worker) => Boolean(worker['Timeout'] && worker['MemorySize']),
      'default size',
    ),
    ...found(
      'AWS::Lambda::Function',
      (worker) => worker['LoggingConfig']?.['LogGroup'] !== undefined,
      'no log group',
    ),
    ...found(
      'AWS::SQS::Queue',
      (queue) => Boolean(queue['SqsManagedSseEnabled']),
      'not encrypted with SSE-SQS',
    ),
    ...[...deadLetterQueues(template)]
      .filter((id) => Number(template.Resources[id]?.Properties?.['MessageRetentionPeriod']) !== 1_209_600)
      .map((id) => `${id}: keeps dead letters for less than 14 days`),
  ];
}

const secretPrefixes = /\b(AKIA|ASIA|ghp_|github_pat_|sk_live_|xox[bp]-|eyJ[A-Za-z0-9_-]{10,}\.|-----BEGIN )/;
const secretNames = /(secret|password|token|apikey)$/i;

/** 7: no text that looks like a credential anywhere. */
export function literalSecrets(template: Template): string[] {
  const known = new Set(Object.keys(template.Resources));
  return Object.entries(template.Resources).flatMap(([id, resource]) =>
    textsOf(resource as unknown as Value, id).flatMap(([path, text]) => {
      if (secretPrefixes.test(text)) return [`${path}: looks like a credential`];
      if (/\{\{resolve:|unsafePlainText/.test(text)) return [`${path}: resolves a secret into the template`];
      if (/\.(SecretString|ClientSecret)$/.test(path)) return [`${path}: is the value of a secret`];
      const words = (text.match(/[A-Za-z0-9+/_=-]{20,}/g) ?? []).map(withoutHash);
      const random = words.filter(
        (word) => !known.has(word) && !/^[0-9a-f]{64}$/.test(word) && entropy(word) > 4.3,
      );
      return random.map((word) => `${path}: looks random: ${word.slice(0, 4)}…`);
    }),
  );
}

/** A variable whose name promises a secret holds the name or ARN of one, never a value. */
export function secretVariables(template: Template): [string, string][] {
  return resourcesOf(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) =>
    Object.entries(Properties?.['Environment']?.['Variables'] ?? {})
      .filter(([name]) => secretNames.test(name))
      .map(([name, value]): [string, string] => [`${id}.${name}`, String(value)]),
  );
}

function textsOf(value: Value | undefined, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...textsOf(inner, `${path}.${key}`),
    ...keyText(key, path),
  ]);
}

function keyText(key: string, path: string): [string, string][] {
  return key.length >= 20 ? [[path, key]] : [];
}

/** Generated names end in a hash of eight characters. */
function withoutHash(word: string): string {
  return word.replace(/[0-9A-F]{8}$/, '');
}

/** Bits per character; words stay below 4, random base64 of 32 characters is at about 4.6. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce(
    (bits, count) => bits - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}
