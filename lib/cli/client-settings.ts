/** A person waits for the answer, and not for ever. */
export const clientSettings = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
    // An answer that begins and does not go on.
    socketTimeout: 10_000,
  },
};

/** In an emergency: what does not answer at once counts as not there. */
export const impatientSettings = {
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    throwOnRequestTimeout: true,
    socketTimeout: 3_000,
  },
};

/** Of the clients of one stack. */
export type StackSettings = typeof clientSettings & { readonly region?: string };
