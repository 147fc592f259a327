/**
 * Shared by all clients of the functions: a call that hangs must fail while the function can still say so, well under the 15 s
 * that a mutating function may live.
 */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
} as const;
