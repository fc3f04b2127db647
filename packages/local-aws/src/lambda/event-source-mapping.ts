import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchSource } from './batch-source.ts';
import type { MappingSettings } from './mapping-settings.ts';
import type { ReceivedMessage } from './sqs-records.ts';

export type MappingState = 'Enabled' | 'Enabling' | 'Disabled' | 'Disabling' | 'Updating';

export interface MappingCounters {
  /** Batches handed to the function and not yet ended. */
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
  /** Answers at once with the state in between; the new one follows when polling has started or ended. */
  update(settings: MappingSettings): void;
  /** No new receive; resolves when the receive in flight and every batch have ended. */
  stop(): Promise<void>;
}

interface MappingOptions {
  readonly source: BatchSource;
  readonly settings: MappingSettings;
  /** Slots beyond this would only hide messages while they wait for an environment. */
  readonly maxSlots: number;
  /** One invocation; answers the LastProcessingResult. */
  readonly process: (messages: readonly ReceivedMessage[], settings: MappingSettings) => Promise<string>;
  readonly onProblem: (problem: string) => void;
}

const defaultSlots = 5;

/**
 * Polls a queue for a function. One gatherer serves all slots, so an idle mapping costs one receive a second
 * however many slots it has; a message leaves its slot when it is deleted, or visible again later.
 */
export function createEventSourceMapping(options: MappingOptions): EventSourceMapping {
  let { settings } = options;
  let state: MappingState = 'Disabled';
  let lastResult = 'No records processed';
  let polling: Promise<void> | undefined;
  const running = new Set<Promise<void>>();
  const counters: MappingCounters = { batchesInFlight: 0, messagesInFlight: 0, batches: 0, messages: 0 };

  const slots = () => Math.min(settings.maximumConcurrency ?? defaultSlots, options.maxSlots);
  const note = (result: string): void => {
    if (result !== lastResult && result.startsWith('PROBLEM')) options.onProblem(result);
    lastResult = result;
  };
  const handle = async (messages: readonly ReceivedMessage[]): Promise<void> => {
    counters.batchesInFlight += 1;
    counters.messagesInFlight += messages.length;
    counters.batches += 1;
    counters.messages += messages.length;
    try {
      note(await options.process(messages, settings));
    } catch (error) {
      note(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`);
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
        note(`PROBLEM: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(500);
      }
    }
    await Promise.all(running);
    if (!settings.enabled) state = 'Disabled';
  };
  /** An enabling that arrives while the last receive still ends goes on with the same loop, or starts a new one. */
  const drive = (): void => {
    if (polling || !settings.enabled) return;
    polling = Promise.resolve()
      .then(poll)
      .finally(() => {
        polling = undefined;
        drive();
      });
  };

  if (settings.enabled) state = 'Enabling';
  drive();
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
      settings = next;
      if (next.enabled !== enabled) state = next.enabled ? 'Enabling' : 'Disabling';
      else if (next.enabled) state = 'Updating';
      if (state === 'Updating' || (state === 'Enabling' && polling)) setImmediate(settleState);
      drive();
    },
    async stop() {
      settings = { ...settings, enabled: false };
      if (polling) state = 'Disabling';
      await polling;
    },
  };

  function settleState(): void {
    if (settings.enabled && state !== 'Disabling') state = 'Enabled';
  }
}
