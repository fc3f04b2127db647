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

  it('is counted in bytes of names and values', () => {
    expect(environmentBytes(stack, { A: 'bc', D: 'é' })).toBe(6);
  });

  it('is counted with generated names at their longest', () => {
    const bytes = environmentBytes(stack, { URL: queue.queueUrl, IN: `<${queue.queueName}>` });
    expect(bytes).toBe(3 + (55 + 80) + 2 + (1 + 80 + 1));
  });

  it('is never estimated: an unknown function of CloudFormation is an error', () => {
    const unknown = { V: Token.asString({ 'Fn::ImportValue': 'x' }) };
    expect(() => environmentBytes(stack, unknown)).toThrow('Cannot tell how long');
  });

  it('fails synth beyond 4,096 bytes, with a remedy', () => {
    expect(() => checkEnvironment(stack, 'control', { A: 'x'.repeat(4_095) })).not.toThrow();
    expect(() => checkEnvironment(stack, 'control', { A: 'x'.repeat(4_096) })).toThrow(
      /"control" needs up to 4097 bytes, and Lambda allows 4096\. Shorten/,
    );
  });
});

describe('settings in the environment', () => {
  it('leave defaults out, which the schema restores', () => {
    const settings = { ...careSettings.parse({}), probeSeconds: 7, canaryCustomerId: 'c' };
    const text = settingsJson(careSettings, settings);
    expect(JSON.parse(text)).toEqual({ probeSeconds: 7, canaryCustomerId: 'c' });
    expect(careSettings.parse(JSON.parse(text))).toEqual(settings);
  });

  it('are empty when all are at their defaults', () => {
    expect(settingsJson(runSettings, runSettings.parse({}))).toBe('{}');
  });
});
