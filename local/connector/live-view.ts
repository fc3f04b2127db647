import type { EmbeddedConnector } from './embedded-connector.ts';
import { isDeadLetterQueue } from './embedded-connector.ts';

/** How often the view looks, in milliseconds. */
const LOOK_MS = 500;

/**
 * Prints every end and every retry as a line, and how much waits whenever that changed. Nothing personal: it shows what
 * the functions log.
 *
 * @returns a function that ends the view.
 */
export function watchFlow(
  { lambda, aws, fluent }: EmbeddedConnector,
  print: (line: string) => void,
  { isFluentReal = false }: { isFluentReal?: boolean } = {},
): () => void {
  let seenAt = 0;
  let lastSummary = '';
  const look = async () => {
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
    const summary = `${inFluent}${counted(count(false), 'message')} on the way, ${count(true)} in dead-letter queues`;
    if (summary !== lastSummary) print(`  ${' '.repeat(12)}  ${summary}`);
    lastSummary = summary;
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((error: unknown) => print(`  live view: ${error}`))
      .finally(() => {
        busy = false;
      });
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** `1 message`, `2 messages`. */
function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** An outcome, a recorded change or a retry of a log line, in words. */
function readable(text: string): string | undefined {
  try {
    const line = JSON.parse(text);
    const who = `${line.resourceType ?? ''} ${line.id ?? ''} v${line.version ?? '?'}`.padEnd(50);
    if (line.message === 'outcome')
      return `${who}  ${line.outcome}: ${line.reason}${line.durationMs === undefined ? '' : `  (${line.durationMs} ms)`}`;
    if (line.message === 'recorded') return `${who}  recorded: waits for "connector process"`;
    if (line.message === 'retry') return `${who}  again in ${line.delaySeconds} s: ${line.code}`;
    if (line.level === 'ERROR') return `${line.service}: ${line.message} ${line.errorName ?? ''}`;
    return undefined;
  } catch {
    return undefined;
  }
}
