import { type Command, Option } from 'commander';
import { repairClass } from '../../lambdas/core/runs/difference.ts';
import type { RunOptions } from '../../lambdas/core/runs/run.ts';
import { ids, moment, rate } from '../option-parsers.ts';

export type RunFlags = Omit<RunOptions, 'inlineBody' | 'group'> & {
  /** The same as `from`. */
  readonly since?: string;
  readonly inline?: boolean;
  readonly rate?: number;
};

export const fromOption = () =>
  new Option(
    '--from <time>',
    'only customers modified since then: a date, or an age (30m, 24h, 7d)',
  ).argParser(moment);
export const sinceOption = () => new Option('--since <time>', 'the same as --from').argParser(moment);
export const toOption = () =>
  new Option('--to <time>', 'only customers modified before then').argParser(moment);
export const rateOption = () =>
  new Option('--rate <n>', 'customers per second at most (default: as fast as the queue drains)').argParser(
    rate,
  );
export const waitOption = () => new Option('--wait', 'show progress until the run has ended');
export const compareOption = () =>
  new Option(
    '--compare <with>',
    'versions: with the last written version, cheap. oms: with every field in Fluent, one lookup per customer',
  ).choices(['versions', 'oms']);
export const repairOption = () =>
  new Option('--repair <class...>', 'sync customers of these classes; orphans are only reported').choices(
    repairClass.options,
  );

/** Options of `run plan` and `run start` that say what a run covers. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(fromOption())
    .addOption(sinceOption().conflicts('from'))
    .addOption(toOption())
    .addOption(new Option('--ids <ids...>', 'mode ids: the customers').argParser(ids))
    .option('--force', 'write even if nothing changed; overwrites manual edits in Fluent')
    .option('--no-inline', 'queue ids only; the handler reads each customer itself')
    .addOption(compareOption())
    .addOption(repairOption())
    .option('--dry-run', 'mode sweep: report only');
}

export function runOptionsOf(flags: RunFlags): RunOptions {
  const { since, from = since, to, ids: given, force, inline, compare, repair, dryRun } = flags;
  const inlineBody = inline === false ? false : undefined;
  return { from, to, ids: given, force, inlineBody, compare, repair, dryRun };
}
