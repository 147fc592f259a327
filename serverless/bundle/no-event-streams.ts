/**
 * What the functions are bundled with in place of the SDK's event streams, which no operation of theirs speaks (they are for
 * results that never end, such as a live tail of logs). Clients that could ask for them at construction get nothing; who sends
 * such an operation all the same is told.
 */
export const eventStreamSerdeProvider = (): object | undefined => undefined;

/** Leaves a client's settings as they are. */
export function resolveEventStreamSerdeConfig<Settings>(settings: Settings): Settings {
  return settings;
}

/** What the SDK would build to read or write such a stream. @throws always */
export function EventStreamSerde(): never {
  throw new Error(
    'The functions are bundled without event streams; take `@smithy/core/event-streams` out of `alias` in serverless.yml.',
  );
}
