import { Stack, Token } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { careSettings } from '../../lambdas/core/base/care-settings.ts';
import { runSettings } from '../../lambdas/core/runs/run-settings.ts';
import { settingsJson } from '../../lib/config/settings-json.ts';
import { checkEnvironment, environmentBytes } from '../../lib/constructs/checks/environment-size.ts';

describe('the environment of a function', () => {
  const stack = new Stack();
  const queue = new Queue(stack, 'Queue');

  it('is counted with names and values, in bytes', () => {
    expect(environmentBytes(stack, { A: 'bc', D: 'é' })).toBe(6);
  });

  it('is counted with what CloudFormation puts in at its longest', () => {
    const bytes = environmentBytes(stack, { URL: queue.queueUrl, IN: `<${queue.queueName}>` });
    expect(bytes).toBe(3 + (55 + 80) + 2 + (1 + 80 + 1));
  });

  it('is not counted by guessing', () => {
    const unknown = { V: Token.asString({ 'Fn::ImportValue': 'x' }) };
    expect(() => environmentBytes(stack, unknown)).toThrow('Nobody knows how long');
  });

  it('ends synth beyond 4,096 bytes, with what to do', () => {
    expect(() => checkEnvironment(stack, 'control', { A: 'x'.repeat(4_095) })).not.toThrow();
    expect(() => checkEnvironment(stack, 'control', { A: 'x'.repeat(4_096) })).toThrow(
      /"control" needs up to 4097 bytes, and Lambda allows 4096\. Shorten/,
    );
  });
});

describe('settings in the environment', () => {
  it('are those that differ from their defaults, and the schema restores the others', () => {
    const settings = { ...careSettings.parse({}), probeSeconds: 7, canaryCustomerId: 'c' };
    const text = settingsJson(careSettings, settings);
    expect(JSON.parse(text)).toEqual({ probeSeconds: 7, canaryCustomerId: 'c' });
    expect(careSettings.parse(JSON.parse(text))).toEqual(settings);
  });

  it('are empty when all are at their defaults', () => {
    expect(settingsJson(runSettings, runSettings.parse({}))).toBe('{}');
  });
});
