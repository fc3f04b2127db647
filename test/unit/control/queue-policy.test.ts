import { describe, expect, test } from 'vitest';
import { maySend } from '../../../lambdas/core/operations/queue-policy.ts';

const queueArn = 'arn:aws:sqs:eu-central-1:111122223333:ingest';
const ruleArn = 'arn:aws:events:eu-central-1:111122223333:rule/aws.partner/commercetools.com/a/b/rule';
const rule = { queueArn, ruleArn };

/** As lib/constructs/queue-rule.ts creates it, and what `enforceSSL` adds. */
const allow = {
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: queueArn,
  Condition: {
    ArnEquals: { 'aws:SourceArn': ruleArn },
    StringEquals: { 'aws:SourceAccount': '111122223333' },
  },
};
const onlyTls = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'sqs:*',
  Resource: queueArn,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

describe('the policy of a queue', () => {
  test('allows the rule of the stack to send', () => {
    expect(maySend(policy(onlyTls, allow), rule)).toBe('yes');
    expect(maySend(JSON.stringify({ Statement: allow }), rule)).toBe('yes');
    expect(maySend(policy({ ...allow, Principal: '*', Action: ['sqs:*'], Condition: undefined }), rule)).toBe(
      'yes',
    );
  });

  test.each([
    ['there is no policy', undefined],
    ['only TLS is required', policy(onlyTls)],
    [
      'another rule is named',
      policy({ ...allow, Condition: { ArnEquals: { 'aws:SourceArn': `${ruleArn}2` } } }),
    ],
    [
      'another account is named',
      policy({ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '999999999999' } } }),
    ],
    ['another service is named', policy({ ...allow, Principal: { Service: 'sns.amazonaws.com' } })],
    ['another action is named', policy({ ...allow, Action: ['sqs:ReceiveMessage'] })],
    ['another queue is named', policy({ ...allow, Resource: `${queueArn}-2` })],
    ['a deny is stronger', policy(allow, { ...onlyTls, Condition: undefined })],
  ])('does not allow the rule to send when %s', (_, text) => {
    expect(maySend(text, rule)).toBe('no');
  });

  test.each([
    ['text that is not JSON', '{'],
    ['JSON that is not a policy', '{"a":1}'],
    [
      'a condition that is not evaluated',
      policy({ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    ],
    ['a pattern', policy({ ...allow, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*' } } })],
    [
      'a deny that is not evaluated',
      policy(allow, { ...onlyTls, Condition: { Null: { 'aws:SourceArn': 'true' } } }),
    ],
  ])('is unknown with %s', (_, text) => {
    expect(maySend(text, rule)).toBe('unknown');
  });
});
