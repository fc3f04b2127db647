import type { EmbeddedConnector } from './embedded-connector.ts';
import { isDeadLetterQueue } from './embedded-connector.ts';

/** Poll interval in milliseconds. */
const POLL_MS = 500;

/**
 * Prints a line for every outcome and every retry, and a summary whenever it changes. It shows what the functions log, so
 * no personal data.
 *
 * @returns a function that stops it.
 */
export function watchFlow(
  { lambda, aws, fluent }: EmbeddedConnector,
  print: (line: string) => void,
  { isFluentReal = false }: { isFluentReal?: boolean } = {},
): () => void {
  let seenAt = 0;
  let lastSummary = '';
  const poll = async () => {
    for (const { at, text } of lambda.logs().filter((line) => line.at.getTime() > seenAt)) {
      seenAt = Math.max(seenAt, at.getTime());
      const line = readable(text);
      if (line) print(`  ${at.toISOString().slice(11, 23)}  ${line}`);
    }
    const depths = await aws.queueDepths();
    const count = (dead: boolean) =>
      depths
        .filter(({ queue }) => isDeadLetterQueue(queue) === dead)
        .reduce((sum, { ready, delayed, inFlight }) => sum + ready + delayed + inFlight, 0);
    const inFluent = isFluentReal ? '' : `${counted(fluent.customers().length, 'customer')} in Fluent, `;
    const summary = `${inFluent}${counted(count(false), 'message')} in queues, ${count(true)} in dead-letter queues`;
    if (summary !== lastSummary) print(`  ${' '.repeat(12)}  ${summary}`);
    lastSummary = summary;
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    poll()
      .catch((error: unknown) => print(`  live view: ${error}`))
      .finally(() => {
        busy = false;
      });
  }, POLL_MS);
  return () => clearInterval(timer);
}

/** `1 message`, `2 messages`. */
function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A log line about an outcome, a recorded change, a retry or an error, as text. */
function readable(text: string): string | undefined {
  try {
    const line = JSON.parse(text);
    const resource = `${line.resourceType ?? ''} ${line.id ?? ''} v${line.version ?? '?'}`.padEnd(50);
    if (line.message === 'outcome')
      return `${resource}  ${line.outcome}: ${line.reason}${line.durationMs === undefined ? '' : `  (${line.durationMs} ms)`}`;
    if (line.message === 'recorded') return `${resource}  recorded: waits for "npm run connector -- process"`;
    if (line.message === 'retry') return `${resource}  retry in ${line.delaySeconds} s: ${line.code}`;
    if (line.level === 'ERROR') return `${line.service}: ${line.message} ${line.errorName ?? ''}`;
    return undefined;
  } catch {
    return undefined;
  }
}
