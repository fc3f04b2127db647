import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectedHandlers } from '../../lambdas/core/runs/connected-handler.ts';
import { type Route, routes } from '../../lambdas/routes.ts';
import { parseStage } from '../../lib/config/stage-config.ts';
import { stages } from '../../lib/config/stages.ts';
import { lint } from './policy-lint.ts';
import { listOf, projectRoot, receivingQueues, resourcesOf, synthesise, templateOf } from './synth.ts';

const echo: Route = {
  typeId: 'commercetools.connect.product.echo',
  resourceType: 'product',
  inclusionFilter: ['ResourceUpdated'],
  kind: 'UPSERT',
  handler: 'echo',
  runHooks: ['run.started'],
};
const folders: Readonly<Record<string, string>> = { echo: 'test/fixtures/handlers/echo' };

describe('one more route', () => {
  const handlerFolder = (handler: string) =>
    join(projectRoot, folders[handler] ?? `lambdas/handlers/${handler}`);
  const config = parseStage('prod', stages);
  const template = synthesise('prod', { config, routes: [...routes, echo], handlerFolder });
  const added = Object.keys(template.Resources).filter((id) => !(id in templateOf('prod').Resources));
  const addedOf = (type: string) => resourcesOf(template, type).filter(([id]) => added.includes(id));

  it('adds a FIFO queue and its dead-letter queue', () => {
    expect(addedOf('AWS::SQS::Queue').map(([, queue]) => queue.Properties?.['FifoQueue'])).toEqual([
      true,
      true,
    ]);
  });

  it('adds a function that consumes that queue, with the default settings', () => {
    const [queue] = receivingQueues(template).filter(({ queueId }) => added.includes(queueId));
    expect(addedOf('AWS::Lambda::Function').map(([id]) => id)).toEqual([queue?.functionId]);
    expect(queue?.queue).toMatchObject({ DelaySeconds: 5 });
    expect(queue?.mapping).toMatchObject({ BatchSize: 10, ScalingConfig: { MaximumConcurrency: 10 } });
    expect(queue?.function['Environment']?.['Variables']).toMatchObject({
      HANDLER_ID: 'echo',
      HANDLER_SETTINGS: '{}',
    });
  });

  it('adds a role, a log group and alarms', () => {
    expect(addedOf('AWS::IAM::Policy')).toHaveLength(1);
    expect(addedOf('AWS::Logs::LogGroup')).toHaveLength(1);
    const names = addedOf('AWS::CloudWatch::Alarm').map(([, alarm]) => alarm.Properties?.['AlarmName']);
    expect(names.map(String).sort()).toEqual(
      ['age', 'configuration-errors', 'dead-letters', 'errors', 'throttles'].map(
        (alarm) => `commercetools-fluent-prod/handler-${alarm}/echo`,
      ),
    );
  });

  it('lets the router send to the queue, and gives it the URL', () => {
    const router = Object.entries(template.Resources).find(([id]) => id.startsWith('RouterFunction'))?.[1];
    const queues = JSON.stringify(router?.Properties?.['Environment']?.['Variables']?.['HANDLER_QUEUE_URLS']);
    const [fifo] = addedOf('AWS::SQS::Queue').filter(([, queue]) => queue.Properties?.['RedrivePolicy']);
    expect(queues).toContain(String(fifo?.[0]));
    const policy = Object.entries(template.Resources).find(([id]) =>
      id.startsWith('RouterRoleDefaultPolicy'),
    )?.[1];
    expect(JSON.stringify(policy)).toContain(String(fifo?.[0]));
  });

  it('is in the environment of the operations functions', () => {
    for (const name of ['CareCaretakerFunction', 'OperatorControlFunction', 'RunsFeederFunction']) {
      const [, found] = Object.entries(template.Resources).find(([id]) => id.startsWith(name)) ?? [];
      const handlers = found?.Properties?.['Environment']?.['Variables']?.['HANDLERS'];
      const text = listOf(listOf(handlers?.['Fn::Join'])[1])
        .map((part) => (typeof part === 'string' ? part : 'x'))
        .join('');
      expect(connectedHandlers.parse(JSON.parse(text)), name).toMatchObject({
        customer: { resourceType: 'customer', maxConcurrency: 20, expand: ['customerGroup'], runHooks: [] },
        echo: {
          resourceType: 'product',
          upsertTypeId: echo.typeId,
          maxConcurrency: 10,
          expand: [],
          runHooks: ['run.started'],
        },
      });
    }
  });

  it('subscribes its resource type and passes its events through both rules', () => {
    const [[, subscription] = []] = resourcesOf(template, 'Custom::CommercetoolsSubscription');
    expect(subscription?.Properties?.['resourceTypes']).toEqual(['customer', 'product']);
    const patterns = resourcesOf(template, 'AWS::Events::Rule').flatMap(([, rule]) =>
      listOf(rule.Properties?.['EventPattern']),
    );
    expect(patterns).toMatchObject([
      { detail: { resource: { typeId: ['customer', 'product'] } } },
      { 'detail-type': [...routes.map(({ typeId }) => typeId), echo.typeId] },
    ]);
  });

  it('keeps every existing logical id', () => {
    expect(Object.keys(templateOf('prod').Resources).filter((id) => !(id in template.Resources))).toEqual([]);
  });

  it('passes the policy lint', () => {
    expect(lint(template)).toEqual([]);
  });
});

describe('the environment of the operations functions', () => {
  const withHandlers = (count: number) => {
    const more = Array.from(
      { length: count - 1 },
      (_, n): Route => ({
        ...echo,
        typeId: `commercetools.connect.product-${n}.upsert`,
        handler: `echo-${n}`,
      }),
    );
    const handlerFolder = (handler: string) =>
      join(projectRoot, folders[handler.replace(/-\d$/, '')] ?? `lambdas/handlers/${handler}`);
    const config = parseStage('prod', stages);
    return () => synthesise('prod', { config, routes: [...routes, ...more], handlerFolder });
  };

  it('has room for five handlers, and fails synth for more', () => {
    expect(withHandlers(5)).not.toThrow();
    expect(withHandlers(6)).toThrow(/needs up to \d+ bytes, and Lambda allows 4096/);
  });
});
