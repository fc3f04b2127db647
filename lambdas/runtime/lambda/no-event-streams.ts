/**
 * Stands in for `@smithy/core/event-streams` in every bundle (lib/constructs/connector-function.ts): no operation that the
 * functions call streams events, and the codec would be 15 KB of each cold start.
 */
export function eventStreamSerdeProvider(): never {
  throw new Error(
    'Event streams are left out of the bundles; see lambdas/runtime/lambda/no-event-streams.ts.',
  );
}

export const EventStreamSerde: typeof eventStreamSerdeProvider = eventStreamSerdeProvider;

/** Clients with an operation that streams ask for it when they are made. */
export function resolveEventStreamSerdeConfig<T>(config: T): T {
  return config;
}
