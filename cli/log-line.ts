import * as z from 'zod/mini';
import type { ControlErrorKind } from '../lambdas/control/api/control-api.ts';
import { oneLine } from './render/plain-text.ts';

/** What the functions log, as far as a person reads it. Nothing personal is in it. */
const logLine = z.object({
  message: z.optional(z.string()),
  level: z.optional(z.string()),
  service: z.optional(z.string()),
  resourceType: z.optional(z.string()),
  id: z.optional(z.string()),
  version: z.optional(z.number()),
  outcome: z.optional(z.string()),
  reason: z.optional(z.string()),
  durationMs: z.optional(z.number()),
  delaySeconds: z.optional(z.number()),
  code: z.optional(z.string()),
  errorName: z.optional(z.string()),
  operation: z.optional(z.string()),
  caller: z.optional(z.string()),
  about: z.optional(z.record(z.string(), z.unknown())),
});
export type LogLine = z.infer<typeof logLine>;

/** Undefined for what is no line of ours, for example the runtime's own. */
export function readLogLine(text: string): LogLine | undefined {
  try {
    const read = logLine.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** An outcome, a recorded change, a retry, an operator's action or an error, in words; undefined = nothing to show. */
export function lineText(line: LogLine): string | undefined {
  const who = `${line.resourceType ?? ''} ${line.id ?? ''} v${line.version ?? '?'}`.padEnd(50);
  if (line.message === 'outcome') {
    const took = line.durationMs === undefined ? '' : `  (${line.durationMs} ms)`;
    return oneLine(`${who}  ${line.outcome}: ${line.reason}${took}`);
  }
  if (line.message === 'recorded') return oneLine(`${who}  recorded: waits for "connector process"`);
  if (line.message === 'retry') return oneLine(`${who}  again in ${line.delaySeconds} s: ${line.code}`);
  if (line.message === 'action') return oneLine(actionText(line));
  if (line.level === 'ERROR' || line.level === 'CRITICAL') {
    return oneLine(`${line.service}: ${line.message} ${line.errorName ?? line.code ?? ''}`.trimEnd());
  }
  return undefined;
}

/** What an operator asked for. */
function actionText({ caller, operation, about, outcome, code }: LogLine): string {
  const names = Object.values(about ?? {})
    .map((name) => (Array.isArray(name) ? name.join(' ') : String(name)))
    .join(' ');
  return `${[caller, operation, names].filter(Boolean).join(' ')}: ${[outcome, code].filter(Boolean).join(' ')}`;
}

/** Somebody only looked: nothing was changed, and nothing personal was shown. */
export function isLook({ message, level }: LogLine): boolean {
  // Every other action is logged as CRITICAL, so that it is there whatever level is set.
  return message === 'action' && level !== 'CRITICAL';
}

/** A mistyped or refused command has failed nobody; these have. */
const failedActions: ReadonlySet<string | undefined> = new Set<ControlErrorKind>([
  'unavailable',
  'forbidden',
  'internal',
]);

/** Is it a failure, a try that failed, or an action that a system or a fault kept from being done? */
export function isFailure({ message, outcome, level }: LogLine): boolean {
  if (message === 'action') return failedActions.has(outcome);
  return outcome === 'failed' || message === 'retry' || level === 'ERROR' || level === 'CRITICAL';
}
