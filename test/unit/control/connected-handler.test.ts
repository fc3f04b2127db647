import { describe, expect, test } from 'vitest';
import {
  connectedHandlers,
  connectedQueues,
  withHandlerQueues,
} from '../../../lambdas/core/runs/connected-handler.ts';
import { nameOfRule } from '../../../lambdas/runtime/operations/env.ts';

const url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/';
const arn = 'arn:aws:sqs:eu-central-1:123456789012:';

const handlers = connectedHandlers.parse({
  url,
  handlers: {
    customer: [
      ...(['customer', 'commercetools.connect.customer.upsert'] as const),
      ...(['customers.fifo', 'customers-dead.fifo', 'customer-handler', '5f3c'] as const),
      ...([10, ['customerGroup'], []] as const),
    ],
  },
});
const queues = connectedQueues.parse({ url, arn, queues: { ingest: ['in', 'in-dead'] } });

describe('the short form in the environment', () => {
  test('becomes the URLs of each handler', () => {
    expect(handlers['customer']).toEqual({
      resourceType: 'customer',
      upsertTypeId: 'commercetools.connect.customer.upsert',
      queueUrl: `${url}customers.fifo`,
      deadLettersUrl: `${url}customers-dead.fifo`,
      functionName: 'customer-handler',
      mappingId: '5f3c',
      maxConcurrency: 10,
      expand: ['customerGroup'],
      runHooks: [],
    });
  });

  test('becomes the queues of the QueueAdmin, including those of the handlers', () => {
    expect(withHandlerQueues(queues, handlers)).toEqual({
      ingest: { url: `${url}in`, deadLettersUrl: `${url}in-dead`, deadLettersArn: `${arn}in-dead` },
      'handler/customer': {
        url: `${url}customers.fifo`,
        deadLettersUrl: `${url}customers-dead.fifo`,
        deadLettersArn: `${arn}customers-dead.fifo`,
      },
    });
  });

  test('becomes the names of bus and rule, which are both in the ARN of the rule', () => {
    const bus = 'aws.partner/commercetools.com/shop/fluent-connector';
    const at = 'arn:aws:events:eu-central-1:123456789012';
    expect(nameOfRule({ busArn: `${at}:event-bus/${bus}`, ruleArn: `${at}:rule/${bus}/Rule-1` })).toEqual({
      busName: bus,
      name: 'Rule-1',
    });
  });

  test('is refused in the long form', () => {
    expect(connectedHandlers.safeParse({ customer: { queueUrl: url } }).success).toBe(false);
  });
});
