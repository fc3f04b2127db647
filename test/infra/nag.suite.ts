import { App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseStage } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';
import { ConnectorStack } from '../../lib/connector-stack.ts';
import { acknowledge, acknowledged } from '../../lib/constructs/checks/acknowledged-findings.ts';
import { cdkContext } from './synth.ts';

const findings = Object.values(acknowledged).flat();

// The packs print their report. Other suites of this process need the real functions again.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('acknowledged findings', () => {
  it('are few, and each has a reason', () => {
    expect(findings.length).toBeLessThanOrEqual(15);
    for (const { id, reason } of findings) expect(reason.length, id).toBeGreaterThanOrEqual(20);
  });

  it('are all needed: without them exactly these rules fail', () => {
    vi.spyOn(Validations.prototype, 'acknowledge').mockImplementation(() => {});
    const app = new App({ context: cdkContext() });
    new ConnectorStack(app, 'unacknowledged', { config: parseStage('prod', stages) });
    const rules = [new AwsSolutionsChecks(app), new ServerlessChecks(app)].flatMap((pack) =>
      pack.validateScope(app).violations.map(({ ruleName }) => ruleName),
    );
    expect([...new Set(rules)].sort()).toEqual([...new Set(findings.map(({ id }) => id))].sort());
  });
});

describe('a finding', () => {
  function synthWith(change: (queue: Queue) => void) {
    const app = new App({ context: cdkContext() });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    change(new Queue(new Stack(app, 'Stack'), 'Queue', { enforceSSL: true }));
    return () => app.synth();
  }

  it('fails synth', () => {
    expect(synthWith(() => {})).toThrow('AwsSolutions-SQS3');
  });

  it('passes when it is acknowledged', () => {
    expect(synthWith((queue) => acknowledge(queue, acknowledged.deadLetterQueue))).not.toThrow();
  });
});
