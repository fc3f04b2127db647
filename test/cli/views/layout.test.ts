import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cut, layout } from '../../../cli/render/layout.ts';
import { checkView } from '../../../cli/render/render-checks.ts';
import { explainView } from '../../../cli/render/render-explain.ts';
import { failureGroupsView } from '../../../cli/render/render-failures.ts';
import { reportView } from '../../../cli/render/render-report.ts';
import { runListView, runView } from '../../../cli/render/render-run.ts';
import { schedulesView } from '../../../cli/render/render-schedules.ts';
import { statusView } from '../../../cli/render/render-status.ts';
import { table, type View } from '../../../cli/render/view.ts';
import { connector, NOW } from '../recorded-shell.ts';
import { CUSTOMER, explanation, finishedRun, RUN_ID, shownRun, status } from '../sample-answers.ts';

const WIDTHS = [40, 60, 80, 100, 200];
const long = 'one sentence that goes on '.repeat(8).trim();
const name = { family: '山田', emoji: '👩‍👩‍👧‍👦', combining: 'Zoe\u0301' };

const group = { group: 'refused:FLUENT_400:firstName', class: 'refused', code: 'C', count: 1_234 };
const difference = { id: CUSTOMER, class: 'source-ahead' as const, sourceVersion: 12, writtenVersion: 11 };
const fields = ['firstName', 'lastName', 'primaryPhone'].map((field) => ({
  field,
  changed: 'both' as const,
}));
const all = [
  { field: 'lastName', source: name.family.repeat(6), oms: `${name.emoji} ${name.combining}` },
  { field: 'firstName', source: name.combining, oms: name.family },
];
const lost = { status: 'Unhealthy', lastHealthyAt: NOW, lostFrom: NOW, runId: RUN_ID } as const;

const views: readonly (readonly [string, View])[] = [
  ['explain', explainView({ ...explanation(), verdict: long }, NOW)],
  [
    'explain with wide characters',
    explainView({ ...explanation(), resource: { ...explanation().resource, all } }, NOW),
  ],
  ['doctor', checkView({ check: long, status: 'problem', detail: long, fix: long })],
  ['run show', runView(shownRun({ note: long, waitCode: 'COMMERCETOOLS_503' }), NOW)],
  ['run list', runListView([finishedRun({ mode: 'incremental', status: 'failed', reason: long })])],
  [
    'failures',
    failureGroupsView([{ ...group, firstSeen: NOW, lastSeen: NOW, exampleId: CUSTOMER, remedy: long }]),
  ],
  ['run report', reportView([{ ...difference, queued: true, fields }])],
  ['status', statusView(status({ subscription: lost }), NOW)],
  [
    'schedules',
    schedulesView([
      { name: 'sweep', handler: 'customer', enabled: true, everyMinutes: 60, lastProblem: long },
    ]),
  ],
];

/** A word or a command that has a line of its own. */
const isUnbreakable = (line: string) => /^(Usage: .*| *\S+| *"connector .*"\S*| *connector .*)$/.test(line);

describe.each(WIDTHS)('at %i columns', (width) => {
  test.each(views)('%s fits', (_, view) => {
    const lines = layout(view, width).split('\n');
    const wide = lines.filter((line) => stringWidth(line) > width && !isUnbreakable(line));
    expect(wide).toEqual([]);
  });
  test.each(views)('%s keeps its ids whole', (_, view) => {
    const idsOf = (text: string) => [...text.matchAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g)].map(([id]) => id).sort();
    expect(idsOf(layout(view, width))).toEqual(idsOf(layout(view, 1_000)));
  });
  test.each(['--help', 'run --help', 'run start --help', 'reconcile --help', 'erase --help', 'tail --help'])(
    '%s fits',
    async (line) => {
      const { out } = await connector(line.split(' '), { width });
      const wide = out.split('\n').filter((each) => stringWidth(each) > width);
      expect(wide.filter((each) => !/^ *\$ connector /.test(each) && !isUnbreakable(each))).toEqual([]);
    },
  );
});

/** The columns where a text begins, as a terminal counts them. */
const startOf = (line: string, text: string) => stringWidth(line.slice(0, line.indexOf(text)));

describe('a table', () => {
  const rows = [
    [name.family, 1, 'end'],
    [name.emoji, 1_234, 'end'],
    [name.combining, 12, 'end'],
    ['plain', 5, 'end'],
  ];
  test.each(WIDTHS)('aligns its columns with wide and combined characters at %i columns', (width) => {
    const lines = layout(table(['name', 'count', 'last'], rows), width).split('\n');
    expect(lines).toHaveLength(6);
    expect(new Set(lines.slice(2).map((line) => startOf(line, 'end')))).toEqual(new Set([16]));
    expect(lines.slice(2).map((line) => startOf(line, '  end'))).toEqual([14, 14, 14, 14]);
  });
  test('continues a long cell in its own column', () => {
    const text = layout(table(['id', 'reason'], [['a', 'one two three four']]), 16);
    expect(text).toBe(
      '  id  reason\n  --  ---------\n  a   one two\n      three four'.replace('---------', '----------'),
    );
  });
  test('becomes one list of facts per row where its words do not fit side by side', () => {
    const ids = [CUSTOMER, CUSTOMER.replace('3f', '4f')];
    expect(
      layout(
        table(
          ['customer', 'version', 'code'],
          ids.map((id) => [id, 1_234, 'C0141E']),
        ),
        50,
      ),
    ).toBe(ids.map((id) => `  customer  ${id}\n  version   1,234\n  code      C0141E`).join('\n\n'));
  });
  test('puts a long value below its name', () => {
    expect(layout({ facts: [['commercetools', CUSTOMER]] }, 40)).toBe(`  commercetools\n    ${CUSTOMER}`);
  });
});

describe('a command in a text', () => {
  test('stays on one line, however narrow the terminal is', () => {
    const command = `connector run show ${RUN_ID} --wait`;
    expect(layout(`The run continues. Watch it again: ${command}`, 40).split('\n').at(-1)?.trim()).toContain(
      command,
    );
    expect(
      layout(`Try again after "connector retry --group GROUP --preview" has no more failures`, 40),
    ).toContain('"connector retry --group GROUP --preview"');
  });
});

test('a long value is cut between characters, at its width on the terminal', () => {
  expect(cut(name.family.repeat(20), 11)).toBe('山田山田...');
  expect(cut(name.emoji.repeat(20), 7)).toBe(`${name.emoji.repeat(2)}...`);
  expect(cut('short', 7)).toBe('short');
});
