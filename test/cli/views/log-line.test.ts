import { describe, expect, test } from 'vitest';
import { isFailure, lineText, readLogLine } from '../../../cli/logs/log-line.ts';
import { matches } from '../../../cli/logs/tail.ts';
import { CUSTOMER } from '../sample-answers.ts';

describe('a log line', () => {
  const lineOf = (line: object) => {
    const read = readLogLine(JSON.stringify(line));
    return read && { text: lineText(read), isFailure: isFailure(read) };
  };
  test.each([
    [
      {
        message: 'outcome',
        resourceType: 'customer',
        id: CUSTOMER,
        version: 4,
        outcome: 'synced',
        reason: 'updated',
        durationMs: 42,
      },
      {
        text: `customer ${CUSTOMER} v4  synced: updated  (42 ms)`.replace(' v4  ', ' v4    '),
        isFailure: false,
      },
    ],
    [
      {
        message: 'retry',
        resourceType: 'customer',
        id: CUSTOMER,
        version: 4,
        delaySeconds: 4,
        code: 'FLUENT_503',
      },
      { text: `customer ${CUSTOMER} v4    retry in 4 s: FLUENT_503`, isFailure: true },
    ],
    [
      {
        message: 'action',
        level: 'CRITICAL',
        operation: 'handler.pause',
        caller: 'jane',
        about: { handler: 'customer' },
        outcome: 'done',
      },
      { text: 'jane handler.pause customer: done', isFailure: false },
    ],
    [
      {
        message: 'action',
        level: 'CRITICAL',
        operation: 'run.start',
        caller: 'jane',
        about: { ids: ['a', 'b'] },
        outcome: 'conflict',
        code: 'RUN_BUSY',
      },
      { text: 'jane run.start a b: conflict RUN_BUSY', isFailure: false },
    ],
    [
      { message: 'action', level: 'CRITICAL', operation: 'queue.list', outcome: 'unavailable', code: 'SQS' },
      { text: 'queue.list: unavailable SQS', isFailure: true },
    ],
    [
      { message: 'recorded', level: 'INFO', resourceType: 'customer', id: CUSTOMER, version: 4 },
      {
        text: `customer ${CUSTOMER} v4    recorded until "connector process"`,
        isFailure: false,
      },
    ],
    [
      { message: 'error', level: 'ERROR', service: 'router', errorName: 'TypeError' },
      { text: 'router: error TypeError', isFailure: true },
    ],
    [
      { message: 'warning', level: 'WARN' },
      { text: undefined, isFailure: false },
    ],
  ])('%o', (line, shown) => {
    expect(lineOf(line)).toEqual(shown);
  });
  test('tail hides read-only operations without --all, and refused operations with --failed', () => {
    const act = { message: 'action', outcome: 'done', operation: 'x' };
    const lines = {
      query: { ...act, level: 'INFO' },
      change: { ...act, level: 'CRITICAL' },
      refused: { ...act, level: 'CRITICAL', outcome: 'not-found' },
      failed: { message: 'outcome', level: 'ERROR', outcome: 'failed' },
    };
    const matching = (query: { onlyFailures?: boolean; all?: boolean }) =>
      Object.entries(lines)
        .filter(([, line]) => matches(line, { onlyFailures: false, all: false, ...query }))
        .map(([name]) => name);
    expect(matching({})).toEqual(['change', 'refused', 'failed']);
    expect(matching({ all: true })).toEqual(['query', 'change', 'refused', 'failed']);
    expect(matching({ onlyFailures: true })).toEqual(['failed']);
  });
  test('lines of the Lambda runtime are ignored', () => {
    expect(readLogLine('START RequestId: 1')).toBeUndefined();
  });
});
