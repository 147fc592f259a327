/**
 * The system's code of an error, such as `ENOENT`; `undefined` where it has none.
 * By its shape, not its class: in a test the errors of Node come from another realm than the test's `Error`.
 */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
