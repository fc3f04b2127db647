import { type Command, Option } from 'commander';
import { repairClass } from '../../lambdas/core/runs/difference.ts';
import type { RunOptions } from '../../lambdas/core/runs/run.ts';
import { ids, moment, rate } from '../arguments.ts';

export interface RunFlags {
  readonly from?: string;
  /** The same as `from`. */
  readonly since?: string;
  readonly to?: string;
  readonly ids?: string[];
  readonly force?: boolean;
  readonly inline?: boolean;
  readonly compare?: 'versions' | 'oms';
  readonly repair?: ('source-ahead' | 'missing' | 'edited')[];
  readonly dryRun?: boolean;
  readonly rate?: number;
}

export const fromOption = () =>
  new Option('--from <time>', 'only customers modified at or after: a date, or 30m, 24h, 7d ago').argParser(
    moment,
  );
export const sinceOption = () => new Option('--since <time>', 'the same as --from').argParser(moment);
export const toOption = () => new Option('--to <time>', 'only customers modified before').argParser(moment);
export const rateOption = () =>
  new Option('--rate <n>', 'customers a second at most (default: as fast as the queue drains)').argParser(
    rate,
  );
export const compareOption = () =>
  new Option(
    '--compare <with>',
    'versions: with what the connector last wrote, cheap. oms: field by field with Fluent, a lookup per customer',
  ).choices(['versions', 'oms']);
export const repairOption = () =>
  new Option('--repair <class...>', 'bring these classes back; orphans are only reported').choices(
    repairClass.options,
  );

/** The options that say what a run covers, on `run plan` and `run start`. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(fromOption())
    .addOption(sinceOption().conflicts('from'))
    .addOption(toOption())
    .addOption(new Option('--ids <ids...>', 'of mode ids: the customers').argParser(ids))
    .option('--force', 'write even what is already equal: undoes what was changed by hand in Fluent')
    .option('--no-inline', 'put ids only into the queue; the handler reads each customer itself')
    .addOption(compareOption())
    .addOption(repairOption())
    .option('--dry-run', 'of mode sweep: report only');
}

/** Flags as the operation takes them: what was not given is left out. */
export function runOptionsOf(flags: RunFlags): RunOptions {
  const { since, from = since, to, ids: given, force, inline, compare, repair, dryRun } = flags;
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(given && { ids: given }),
    ...(force && { force }),
    ...(inline === false && { inlineBody: false }),
    ...(compare && { compare }),
    ...(repair && { repair }),
    ...(dryRun && { dryRun }),
  };
}
