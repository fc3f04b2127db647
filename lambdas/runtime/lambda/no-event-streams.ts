/**
 * Replaces `@smithy/core/event-streams` in every bundle (lib/constructs/connector-function.ts). The functions call no operation
 * that streams events, and the codec would add 15 KB to every cold start.
 */
export function eventStreamSerdeProvider(): never {
  throw new Error(
    'Event streams are left out of the bundles; see lambdas/runtime/lambda/no-event-streams.ts.',
  );
}

export const EventStreamSerde: typeof eventStreamSerdeProvider = eventStreamSerdeProvider;

/** Clients with a streaming operation call this when they are created. */
export function resolveEventStreamSerdeConfig<T>(config: T): T {
  return config;
}
