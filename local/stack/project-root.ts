import path from 'node:path';

/** The checkout that this program belongs to. */
export const projectRoot = path.resolve(import.meta.dirname, '../..');
