import type { RunMode, RunOptions } from './run.ts';
import { RunRefused } from './run-refused.ts';

type OptionName = keyof RunOptions;

const lacking = {
  ids: 'at least one id',
  group: 'the group of failures (connector failures lists them)',
} as const;

/** What each kind of run may be told, and what it must. */
const fitting: Readonly<Record<RunMode, { may: readonly OptionName[]; must?: keyof typeof lacking }>> = {
  full: { may: ['from', 'to', 'force', 'inlineBody'] },
  incremental: { may: ['from', 'to', 'force', 'inlineBody'] },
  ids: { may: ['ids', 'force', 'inlineBody'], must: 'ids' },
  reconcile: { may: ['from', 'to', 'compare', 'repair', 'inlineBody'] },
  sweep: { may: ['dryRun'] },
  retry: { may: ['group', 'inlineBody'], must: 'group' },
};

/** Throws RunRefused (OPTION_UNFIT) for an option that this kind of run would ignore, or lacks. */
export function checkOptions(mode: RunMode, options: RunOptions): void {
  const { may, must } = fitting[mode];
  const given = (Object.keys(options) as OptionName[]).filter((name) => options[name] !== undefined);
  const unfit = given.find((name) => !may.includes(name));
  if (unfit !== undefined) {
    throw new RunRefused(
      'OPTION_UNFIT',
      `A run of mode "${mode}" takes no "${unfit}". It takes: ${may.join(', ')}. Leave it out or choose another mode.`,
    );
  }
  if (options.repair?.includes('edited') && options.compare !== 'oms') {
    throw new RunRefused(
      'OPTION_UNFIT',
      'Who was edited in Fluent is found only by comparing with Fluent: add "compare" oms, or leave "edited" out of "repair".',
    );
  }
  if (must !== undefined && isEmpty(options[must])) {
    throw new RunRefused('OPTION_UNFIT', `A run of mode "${mode}" needs "${must}". Name ${lacking[must]}.`);
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Does it put messages into the handler's queue? A paused handler would let them lie there. */
export function sendsMessages(mode: RunMode, options: RunOptions): boolean {
  if (mode === 'reconcile') return (options.repair ?? []).length > 0;
  return mode !== 'sweep' || options.dryRun !== true;
}
