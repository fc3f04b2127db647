import type { RunMode, RunOptions } from './run.ts';
import { RunRefused } from './run-refused.ts';

type OptionName = keyof RunOptions;

const required = {
  ids: 'at least one id',
  group: 'a failure group ("connector failures" lists them)',
} as const;

/** Options that each mode allows and requires. */
const allowed: Readonly<Record<RunMode, { may: readonly OptionName[]; must?: keyof typeof required }>> = {
  full: { may: ['from', 'to', 'force', 'inlineBody'] },
  incremental: { may: ['from', 'to', 'force', 'inlineBody'] },
  ids: { may: ['ids', 'force', 'inlineBody'], must: 'ids' },
  reconcile: { may: ['from', 'to', 'compare', 'repair', 'inlineBody'] },
  sweep: { may: ['dryRun'] },
  retry: { may: ['group', 'inlineBody'], must: 'group' },
};

/** Throws RunRefused (OPTION_UNFIT) for an option that this mode does not allow, or if a required option is missing. */
export function checkOptions(mode: RunMode, options: RunOptions): void {
  const { may, must } = allowed[mode];
  const given = (Object.keys(options) as OptionName[]).filter((name) => options[name] !== undefined);
  const unfit = given.find((name) => !may.includes(name));
  if (unfit !== undefined) {
    throw new RunRefused(
      'OPTION_UNFIT',
      `A run of mode "${mode}" does not allow "${unfit}", only: ${may.join(', ')}. Remove it or choose another mode.`,
    );
  }
  if (options.repair?.includes('edited') && options.compare !== 'oms') {
    throw new RunRefused(
      'OPTION_UNFIT',
      'Only a comparison with Fluent finds edited customers: set "compare" to "oms", or remove "edited" from "repair".',
    );
  }
  if (must !== undefined && isEmpty(options[must])) {
    throw new RunRefused('OPTION_UNFIT', `A run of mode "${mode}" needs "${must}". Give ${required[must]}.`);
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Whether the run sends messages to the handler's queue; a paused handler would leave them there. */
export function sendsMessages(mode: RunMode, options: RunOptions): boolean {
  if (mode === 'reconcile') return (options.repair ?? []).length > 0;
  return mode !== 'sweep' || options.dryRun !== true;
}
