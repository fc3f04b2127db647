import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';

const texts = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value): readonly string[] => (typeof value === 'string' ? [value] : value)),
);
const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.optional(z.union([z.literal('*'), z.record(z.string(), texts)])),
  Action: texts,
  Resource: z.optional(texts),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), texts))),
});
type Statement = z.infer<typeof statement>;
const policyDocument = z.object({
  Statement: z.pipe(
    z.union([statement, z.array(statement)]),
    z.transform((value): readonly Statement[] => (Array.isArray(value) ? value : [value])),
  ),
});

const EVENT_BRIDGE = 'events.amazonaws.com';

/**
 * Does the resource policy of a queue allow EventBridge to send for this rule? `policy`: JSON; absent = the
 * queue has none, so no other service may send. `unknown`: the policy has conditions that are not evaluated
 * here.
 */
export function maySend(
  policy: string | undefined,
  { queueArn, ruleArn }: { readonly queueArn: string; readonly ruleArn: string },
): 'yes' | 'no' | 'unknown' {
  if (policy === undefined) return 'no';
  const json = readJson(policy);
  const read = policyDocument.safeParse('value' in json ? json.value : undefined);
  if (!read.success) return 'unknown';
  const verdicts = (effect: Statement['Effect']) =>
    read.data.Statement.filter((one) => one.Effect === effect).map((one) => applies(one, queueArn, ruleArn));
  const denied = verdicts('Deny');
  if (denied.includes('yes')) return 'no';
  const allowed = verdicts('Allow');
  if (allowed.includes('yes')) return denied.includes('unknown') ? 'unknown' : 'yes';
  return allowed.includes('unknown') ? 'unknown' : 'no';
}

function applies(
  { Principal, Action, Resource, Condition = {} }: Statement,
  queueArn: string,
  ruleArn: string,
): 'yes' | 'no' | 'unknown' {
  const isSender = Principal === '*' || [Principal?.['Service'], Principal?.['AWS']].some(isSenderAmong);
  if (!isSender) return 'no';
  if (!Action.some((action) => /^(\*|sqs:(\*|SendMessage))$/i.test(action))) return 'no';
  if (Resource && !Resource.some((arn) => arn === '*' || arn === queueArn)) return 'no';
  const held = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => holds({ operator, key, values }, ruleArn)),
  );
  if (held.includes('no')) return 'no';
  return held.includes('unknown') ? 'unknown' : 'yes';
}

function isSenderAmong(names: readonly string[] | undefined): boolean {
  return names?.some((name) => name === EVENT_BRIDGE || name === '*') ?? false;
}

function holds(
  { operator, key, values }: { operator: string; key: string; values: readonly string[] },
  ruleArn: string,
): 'yes' | 'no' | 'unknown' {
  // `arn:aws:events:<region>:<account>:rule/...`; EventBridge uses TLS.
  const known: Readonly<Record<string, string | undefined>> = {
    'aws:sourcearn': ruleArn,
    'aws:sourceaccount': ruleArn.split(':')[4],
    'aws:securetransport': 'true',
  };
  const value = known[key.toLowerCase()];
  if (value === undefined || !/^(ArnEquals|ArnLike|StringEquals|StringLike|Bool)$/.test(operator))
    return 'unknown';
  if (values.includes(value)) return 'yes';
  // Patterns are not evaluated here.
  return values.some((one) => /[*?]/.test(one)) ? 'unknown' : 'no';
}
