/**
 * Returns where the stacks of the end-to-end tests leave the requests that they got, a file for each test file: a folder of this run, which
 * `before-all.ts` makes and names to all of its workers. `undefined` in a run that keeps none.
 */
export function recordedFolder(): string | undefined {
  return process.env['SLUICE_RECORDED_FOLDER'];
}
