import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchSource } from './batch-source.ts';
import type { MappingSettings } from './mapping-settings.ts';
import type { ReceivedMessage } from './sqs-records.ts';

export type MappingState = 'Enabled' | 'Enabling' | 'Disabled' | 'Disabling' | 'Updating';

export interface MappingCounters {
  /** Batches that the function is handling now. */
  batchesInFlight: number;
  messagesInFlight: number;
  batches: number;
  messages: number;
}

export interface EventSourceMapping {
  readonly state: MappingState;
  readonly settings: MappingSettings;
  readonly lastResult: string;
  readonly counters: Readonly<MappingCounters>;
  /**
   * Sets an intermediate state such as `Enabling` at once; the final state follows when polling has started
   * or ended.
   */
  update(settings: MappingSettings): void;
  /** Starts no new receive. Resolves when the current receive and all batches have ended. */
  stop(): Promise<void>;
}

interface MappingOptions {
  readonly source: BatchSource;
  readonly settings: MappingSettings;
  /** More slots would only hide messages that wait for an environment. */
  readonly maxSlots: number;
  /** Handles one batch and returns the text for LastProcessingResult. */
  readonly process: (messages: readonly ReceivedMessage[], settings: MappingSettings) => Promise<string>;
  readonly onProblem: (problem: string) => void;
}

const defaultSlots = 5;

/**
 * Polls a queue for a function. One loop receives for all slots, so an idle mapping makes one receive a
 * second. A batch occupies its slot until its invocation has ended.
 */
export function createEventSourceMapping(options: MappingOptions): EventSourceMapping {
  let { settings } = options;
  let state: MappingState = 'Disabled';
  let lastResult = 'No records processed';
  let polling: Promise<void> | undefined;
  let isStopped = false;
  const running = new Set<Promise<void>>();
  const counters: MappingCounters = { batchesInFlight: 0, messagesInFlight: 0, batches: 0, messages: 0 };

  const slots = () => Math.min(settings.maximumConcurrency ?? defaultSlots, options.maxSlots);
  const noteResult = (result: string): void => {
    if (result !== lastResult && result.startsWith('PROBLEM')) options.onProblem(result);
    lastResult = result;
  };
  const handle = async (messages: readonly ReceivedMessage[]): Promise<void> => {
    counters.batchesInFlight += 1;
    counters.messagesInFlight += messages.length;
    counters.batches += 1;
    counters.messages += messages.length;
    try {
      noteResult(await options.process(messages, settings));
    } catch (error) {
      noteResult(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      counters.batchesInFlight -= 1;
      counters.messagesInFlight -= messages.length;
    }
  };
  const poll = async (): Promise<void> => {
    state = 'Enabled';
    while (settings.enabled) {
      if (running.size >= slots()) {
        await Promise.race(running);
        continue;
      }
      try {
        for (const batch of await options.source.gather(settings)) {
          const ended: Promise<void> = handle(batch).finally(() => running.delete(ended));
          running.add(ended);
        }
      } catch (error) {
        noteResult(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(500);
      }
    }
    await Promise.all(running);
    if (!settings.enabled) state = 'Disabled';
  };
  /**
   * Starts the polling loop unless it still runs. A mapping enabled while the loop ends starts again
   * afterwards.
   */
  const startPolling = (): void => {
    if (polling || !settings.enabled) return;
    polling = Promise.resolve()
      .then(poll)
      .finally(() => {
        polling = undefined;
        startPolling();
      });
  };

  if (settings.enabled) state = 'Enabling';
  startPolling();
  return {
    get state() {
      return state;
    },
    get settings() {
      return settings;
    },
    get lastResult() {
      return lastResult;
    },
    counters,
    update(next) {
      const { enabled } = settings;
      // A function that still runs may enable the mapping again while everything is being stopped.
      settings = isStopped ? { ...next, enabled: false } : next;
      if (next.enabled !== enabled) state = next.enabled ? 'Enabling' : 'Disabling';
      else if (next.enabled) state = 'Updating';
      if (state === 'Updating' || (state === 'Enabling' && polling)) setImmediate(settleState);
      startPolling();
    },
    async stop() {
      isStopped = true;
      settings = { ...settings, enabled: false };
      if (polling) state = 'Disabling';
      await polling;
    },
  };

  function settleState(): void {
    if (settings.enabled && state !== 'Disabling') state = 'Enabled';
  }
}
