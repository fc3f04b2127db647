import { describe, expect, test } from 'vitest';
import {
  connectedHandlers,
  connectedQueues,
  withHandlerQueues,
} from '../../lambdas/core/connected-handler.ts';

const url = 'https://sqs.eu-central-1.amazonaws.com/123456789012/';
const arn = 'arn:aws:sqs:eu-central-1:123456789012:';

const handlers = connectedHandlers.parse({
  url,
  handlers: {
    customer: {
      resourceType: 'customer',
      upsertTypeId: 'commercetools.connect.customer.upsert',
      queue: 'customers.fifo',
      deadLetters: 'customers-dead.fifo',
      functionName: 'customer-handler',
      mappingId: '5f3c',
      maxConcurrency: 10,
      expand: ['customerGroup'],
      runHooks: [],
    },
  },
});
const queues = connectedQueues.parse({ url, arn, queues: { ingest: ['in', 'in-dead'] } });

describe('what stands in the environment by names', () => {
  test('becomes the URLs of each handler', () => {
    expect(handlers['customer']).toMatchObject({
      queueUrl: `${url}customers.fifo`,
      deadLettersUrl: `${url}customers-dead.fifo`,
      functionName: 'customer-handler',
    });
    expect(handlers['customer']).not.toHaveProperty('queue');
  });

  test('becomes the queues of the desk, those of the handlers with them', () => {
    expect(withHandlerQueues(queues, handlers)).toEqual({
      ingest: { url: `${url}in`, deadLettersUrl: `${url}in-dead`, deadLettersArn: `${arn}in-dead` },
      'handler/customer': {
        url: `${url}customers.fifo`,
        deadLettersUrl: `${url}customers-dead.fifo`,
        deadLettersArn: `${arn}customers-dead.fifo`,
      },
    });
  });

  test('is refused when it is written in full', () => {
    expect(connectedHandlers.safeParse({ customer: { queueUrl: url } }).success).toBe(false);
  });
});
