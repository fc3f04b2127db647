import { describe, expect, test } from 'vitest';
import {
  subscriptionAnswers,
  subscriptionFailure,
  subscriptionRequest,
} from '../../../lambdas/core/operations/subscription-request.ts';
import {
  handlerAnswers,
  handlerFailure,
  handlerRequest,
  runHooks,
} from '../../../lambdas/core/runs/handler-request.ts';
import { idOf } from '../../builders/notification.ts';

type Schema = { safeParse(value: unknown): { success: boolean; data?: unknown } };

/** Is the value valid, and unchanged by parsing? */
function keeps(schema: Schema, value: unknown) {
  const read = schema.safeParse(value);
  expect(read.success).toBe(true);
  expect(read.data).toEqual(value);
}

function refuses(schema: Schema, value: unknown) {
  expect(schema.safeParse(value).success).toBe(false);
}

const run = { id: 'run', mode: 'full', counts: { listed: 3 } };
const one = { id: idOf(1) };

describe('a request to a handler function', () => {
  test.each([
    { request: 'inspect', resources: [{ ...one, body: { id: idOf(1) } }], values: 'masked' },
    { request: 'inspect', resources: [{ ...one, body: null }], values: 'plain' },
    { request: 'inspect', resources: Array.from({ length: 50 }, () => one), values: 'none' },
    { request: 'list-oms' },
    { request: 'list-oms', after: 'cursor' },
    { request: 'probe' },
    { request: 'look-up-ref', ref: 'x'.repeat(255) },
    { request: 'hook', hook: 'run.started', run },
    { request: 'hook', hook: 'run.ended', run },
  ])('may be %j', (request) => {
    keeps(handlerRequest, request);
  });

  test('inspects without values by default', () => {
    const { data } = handlerRequest.safeParse({ request: 'inspect', resources: [one] });
    expect(data).toHaveProperty('values', 'none');
  });

  test.each([
    {},
    { request: 'delete' },
    { request: 'inspect', resources: [] },
    { request: 'inspect', resources: [{}] },
    { request: 'inspect', resources: [{ id: 'jane@example.com' }] },
    { request: 'inspect', resources: Array.from({ length: 51 }, () => one) },
    { request: 'inspect', resources: [one], values: 'all' },
    { request: 'list-oms', after: 1 },
    { request: 'look-up-ref', ref: '' },
    { request: 'look-up-ref', ref: 'x'.repeat(256) },
    { request: 'hook', hook: 'run.paused', run },
    { request: 'hook', hook: 'run.started' },
    { request: 'hook', hook: 'run.started', run: { ...run, counts: { listed: 'x' } } },
    { request: 'hook', hook: 'run.started', run: { ...run, id: undefined } },
    { request: 'hook', hook: 'run.started', run: { ...run, mode: undefined } },
  ])('may not be %j', (request) => {
    refuses(handlerRequest, request);
  });

  test('reports the start or the end of a run', () => {
    expect([...runHooks]).toEqual(['run.started', 'run.ended']);
  });
});

describe('the answer of a handler function', () => {
  const found = {
    id: idOf(1),
    class: 'edited',
    sourceVersion: 3,
    writtenVersion: 2,
    ref: 'a',
    isInOms: true,
    isSkipped: true,
    fields: [{ field: 'firstName', changed: 'oms', source: 'J***', oms: null }],
    all: [{ field: 'firstName', source: 'J***', oms: 1 }],
    code: 'INVALID:email',
  };
  const bare = { id: idOf(1), class: 'in-sync', isInOms: false, fields: [] };

  test('has the findings, with or without values', () => {
    keeps(handlerAnswers.inspect, { resources: [found, bare] });
    for (const of of ['deleted', 'unknown', 'orphan'])
      keeps(handlerAnswers.inspect, { resources: [{ ...bare, class: of }] });
    for (const changed of ['source', 'oms', 'both', 'unknown'])
      keeps(handlerAnswers.inspect, { resources: [{ ...bare, fields: [{ field: 'a', changed }] }] });
  });

  test.each([
    { ...bare, class: 'fine' },
    { ...bare, id: 'a' },
    { ...bare, isInOms: undefined },
    { ...bare, sourceVersion: 1.5 },
    { ...bare, fields: [{ field: 'a', changed: 'neither' }] },
    { ...bare, fields: [{ changed: 'oms' }] },
    { ...bare, all: [{ source: 1, oms: 1 }] },
  ])('may not be %j', (resource) => {
    refuses(handlerAnswers.inspect, { resources: [resource] });
  });

  test('has the list of the OMS, a probe, the owner of a username, or the acceptance of a hook', () => {
    keeps(handlerAnswers['list-oms'], { records: [{ id: 'a', ref: 'b' }, { id: 'c' }], next: 'd' });
    refuses(handlerAnswers['list-oms'], { records: [{ ref: 'b' }] });
    keeps(handlerAnswers.probe, { isUp: false, code: 'FLUENT_503', latencyMs: 12 });
    refuses(handlerAnswers.probe, { latencyMs: 12 });
    refuses(handlerAnswers.probe, { isUp: true });
    keeps(handlerAnswers['look-up-ref'], { isKnown: true, markedAs: idOf(1) });
    refuses(handlerAnswers['look-up-ref'], {});
    keeps(handlerAnswers.hook, { taken: true });
    refuses(handlerAnswers.hook, {});
  });

  test('has the class of a failure', () => {
    keeps(handlerFailure, { error: { failureClass: 'retry', code: 'FLUENT_429', retryAfterSeconds: 9 } });
    refuses(handlerFailure, { error: { failureClass: 'odd', code: 'X' } });
    refuses(handlerFailure, { error: { failureClass: 'retry' } });
    refuses(handlerFailure, {});
  });
});

describe('the subscription function', () => {
  const subscription = {
    projectKey: 'p',
    subscriptionKey: 'a-B_9',
    accountId: '123456789012',
    region: 'eu-central-1',
    resourceTypes: ['customer'],
  };

  test.each(['show', 'create', 'delete', 'health'])('accepts the request %s', (request) => {
    keeps(subscriptionRequest, { request, subscription });
  });

  test.each([
    { request: 'update', subscription },
    { request: 'show' },
    ...[
      { projectKey: '' },
      { subscriptionKey: 'a' },
      { subscriptionKey: 'x'.repeat(257) },
      { subscriptionKey: 'a b' },
      { subscriptionKey: '!ab' },
      { subscriptionKey: 'ab!' },
      { accountId: '12345678901' },
      { accountId: '1234567890123' },
      { accountId: 'a123456789012' },
      { region: '' },
      { resourceTypes: [] },
      { resourceTypes: [1] },
    ].map((wrong) => ({ request: 'show', subscription: { ...subscription, ...wrong } })),
  ])('refuses %j', (request) => {
    refuses(subscriptionRequest, request);
  });

  test('accepts a key of 256 characters', () => {
    keeps(subscriptionRequest, {
      request: 'show',
      subscription: { ...subscription, subscriptionKey: 'x'.repeat(256) },
    });
  });

  test('answers the subscription and its health', () => {
    const shown = {
      exists: true,
      key: 'k',
      version: 3,
      destination: 'EventBridge 123456789012 eu-central-1',
      resourceTypes: ['customer'],
      source: 's',
      sourceState: 'ACTIVE',
    };
    keeps(subscriptionAnswers.show, shown);
    keeps(subscriptionAnswers.show, { exists: false, key: 'k', resourceTypes: [] });
    for (const sourceState of ['PENDING', 'DELETED', 'MISSING'])
      keeps(subscriptionAnswers.show, { ...shown, sourceState });
    refuses(subscriptionAnswers.show, { ...shown, sourceState: 'ODD' });
    refuses(subscriptionAnswers.show, { ...shown, version: '3' });
    refuses(subscriptionAnswers.show, {});
    for (const status of ['Healthy', 'TemporaryError', 'Unhealthy'])
      keeps(subscriptionAnswers.health, { status, detail: 'text' });
    refuses(subscriptionAnswers.health, { status: 'Unknown' });
    for (const answer of [subscriptionAnswers.create, subscriptionAnswers.delete]) {
      keeps(answer, { done: true });
      refuses(answer, { done: false });
      refuses(answer, {});
    }
  });

  test.each(['retry', 'ambiguous', 'permanent', 'configuration'])(
    'answers a failure of class %s',
    (failureClass) => {
      keeps(subscriptionFailure, { error: { failureClass, code: 'X', message: 'x' } });
      refuses(subscriptionFailure, { error: { failureClass: 'odd', code: 'X', message: 'x' } });
      refuses(subscriptionFailure, { error: { failureClass, code: 'X' } });
      refuses(subscriptionFailure, {});
    },
  );
});
