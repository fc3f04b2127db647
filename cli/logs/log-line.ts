import * as z from 'zod/mini';
import type { ControlErrorKind } from '../../lambdas/control/api/control-api.ts';
import { oneLine } from '../render/plain-text.ts';

/** The fields of a log line that `tail` shows. None of them is personal. */
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

/** Undefined for lines of others, for example of the Lambda runtime. */
export function readLogLine(text: string): LogLine | undefined {
  try {
    const read = logLine.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** Describes an outcome, a recorded change, a retry, an operator's action or an error; undefined for other lines. */
export function lineText(line: LogLine): string | undefined {
  const subject = `${line.resourceType ?? ''} ${line.id ?? ''} v${line.version ?? '?'}`.padEnd(50);
  if (line.message === 'outcome') {
    const took = line.durationMs === undefined ? '' : `  (${line.durationMs} ms)`;
    return oneLine(`${subject}  ${line.outcome}: ${line.reason}${took}`);
  }
  if (line.message === 'recorded') return oneLine(`${subject}  recorded until "connector process"`);
  if (line.message === 'retry') return oneLine(`${subject}  retry in ${line.delaySeconds} s: ${line.code}`);
  if (line.message === 'action') return oneLine(actionText(line));
  if (line.level === 'ERROR' || line.level === 'CRITICAL') {
    return oneLine(`${line.service}: ${line.message} ${line.errorName ?? line.code ?? ''}`.trimEnd());
  }
  return undefined;
}

function actionText({ caller, operation, about, outcome, code }: LogLine): string {
  const names = Object.values(about ?? {})
    .map((name) => (Array.isArray(name) ? name.join(' ') : String(name)))
    .join(' ');
  return `${[caller, operation, names].filter(Boolean).join(' ')}: ${[outcome, code].filter(Boolean).join(' ')}`;
}

/** An operator's read-only operation. */
export function isQuery({ message, level }: LogLine): boolean {
  // Changes are logged as CRITICAL, so that no log level hides them.
  return message === 'action' && level !== 'CRITICAL';
}

/** Outcomes of actions that count as failures. A mistyped or refused command does not. */
const failedActions: ReadonlySet<string | undefined> = new Set<ControlErrorKind>([
  'unavailable',
  'forbidden',
  'internal',
]);

/** A failure, an attempt that failed, or an action that failed because of a system or an internal error. */
export function isFailure({ message, outcome, level }: LogLine): boolean {
  if (message === 'action') return failedActions.has(outcome);
  return outcome === 'failed' || message === 'retry' || level === 'ERROR' || level === 'CRITICAL';
}
