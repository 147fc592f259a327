import path from 'node:path';

/** Where the stacks of the end-to-end tests leave the requests that they got, a file for each test file. */
export const recordedFolder = path.resolve(import.meta.dirname, '../../.sluice/recorded');
