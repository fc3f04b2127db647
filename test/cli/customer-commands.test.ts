import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LoopbackControl, startLoopbackControl } from './loopback-control.ts';
import { connector, type Person } from './recorded-shell.ts';
import { CUSTOMER } from './sample-answers.ts';

let control: LoopbackControl;
beforeAll(async () => {
  control = await startLoopbackControl();
});
afterAll(() => control.stop());
beforeEach(() => {
  control.requests.length = 0;
});
const local = (line: string, person?: Person) =>
  connector([...line.split(' '), '--local', '--port', control.port], person);

const OTHER = CUSTOMER.replace(/^./, '4');

describe('process', () => {
  test('names the customers without anything to send, and is a problem', async () => {
    control.answers('record.process', { sent: 1, left: 0, unknown: [OTHER] });
    const { exitCode, out } = await local(`process ${CUSTOMER} ${OTHER}`);
    expect({ exitCode, out }).toEqual({
      exitCode: 1,
      out: `1 customer sent. 0 recorded changes left.\nNot sent, because they are neither recorded nor excluded: ${OTHER}\n`,
    });
  });

  test('repeats until nothing is left', async () => {
    control.answers('record.process', { sent: 2_000, left: 500 }, { sent: 500, left: 0 });
    const { out } = await local('process');
    expect(out).toBe('2,500 customers sent. 0 recorded changes left.\n');
  });
});

describe('records', () => {
  test('reads every page of both lists', async () => {
    control.answers(
      'record.list',
      { records: [{ id: CUSTOMER, since: 1 }], next: 'customer#x' },
      { records: [{ id: OTHER, since: 2 }] },
      { records: [{ id: OTHER, since: 3, version: 7, kind: 'UPSERT' }] },
    );
    const { exitCode, json } = await local('records --json');
    expect({ exitCode, answer: json() }).toEqual({
      exitCode: 0,
      answer: {
        skipped: [
          { id: CUSTOMER, since: 1 },
          { id: OTHER, since: 2 },
        ],
        recorded: [{ id: OTHER, since: 3, version: 7, kind: 'UPSERT' }],
      },
    });
    expect(control.requests.map(({ input }) => input)).toMatchObject([
      { class: 'skipped' },
      { class: 'skipped', cursor: 'customer#x' },
      { class: 'recorded' },
    ]);
  });
});

describe('erase', () => {
  const receipt = {
    subject: 'aGFzaA',
    erasedAt: 1_795_294_800_000,
    how: 'erased',
    traceId: 'op:1',
    incomplete: [],
    copiesGoneAt: 1_795_294_860_000,
  };
  const { copiesGoneAt: _gone, ...unchecked } = receipt;
  test('waits for the receipt and prints it', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', {}, { receipt: unchecked }, { receipt });
    const { exitCode, json } = await local(`erase ${CUSTOMER} --yes --json`);
    expect({ exitCode, answer: json() }).toEqual({
      exitCode: 0,
      answer: { subject: 'aGFzaA', requestId: 'op:1', receipt },
    });
    expect(control.requests.map(({ operation }) => operation)).toEqual([
      'record.erase',
      ...Array(3).fill('record.receipt'),
    ]);
  });
  test('is a problem if Fluent keeps a value', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', { receipt: { ...receipt, incomplete: ['username'] } });
    const { exitCode, out } = await local(`erase ${CUSTOMER} --yes`);
    expect(exitCode).toBe(1);
    expect(out).toContain('left in Fluent  username');
  });
  test('does not report an unknown id as erased', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', { receipt: { ...receipt, how: 'unknown' } });
    const { exitCode, out } = await local(`erase ${CUSTOMER} --yes`);
    expect(exitCode).toBe(0);
    expect(out).toContain('nothing to erase');
    expect(out).not.toContain('Erased.');
  });
  test('is not complete until the dead-letter queues are checked', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', { receipt: unchecked });
    const { exitCode, out } = await local(`erase ${CUSTOMER} --yes --timeout 3`);
    expect(exitCode).toBe(1);
    expect(out).toContain('copies   not all dead-letter queues are checked yet');
  });
  test('explains that it waits if there is no receipt in time', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', {});
    const { exitCode, err } = await local(`erase ${CUSTOMER} --yes --timeout 3`);
    expect(exitCode).toBe(5);
    expect(err).toContain('No receipt yet');
  });
});
