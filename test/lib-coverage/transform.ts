import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import swc from '@swc/jest';
import { counted } from './places.ts';
import { isCounting } from './run.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** Jest keeps what it has transformed; what was counted in another way, or not at all, is another file to it. */
const version = createHash('sha256')
  .update(readFileSync(path.join(import.meta.dirname, 'places.ts')))
  .digest('hex');

type Plain = ReturnType<typeof swc.createTransformer>;
type Process = NonNullable<Plain['process']>;
type ProcessAsync = NonNullable<Plain['processAsync']>;
type CacheKey = NonNullable<Plain['getCacheKey']>;

/** Jest's transformer of the files of `lib`: that of all other files, after the places of a file are marked where the run counts. */
export function createTransformer(options: Parameters<typeof swc.createTransformer>[0]) {
  const plain = swc.createTransformer(options);
  const prepared = (source: string, file: string) =>
    isCounting() ? counted(source, path.relative(root, file).replaceAll('\\', '/')) : source;
  return {
    ...plain,
    process: (...[source, file, how]: Parameters<Process>) => plain.process?.(prepared(source, file), file, how),
    processAsync: (...[source, file, how]: Parameters<ProcessAsync>) =>
      plain.processAsync?.(prepared(source, file), file, how),
    getCacheKey: (...[source, file, how]: Parameters<CacheKey>) =>
      `${plain.getCacheKey?.(source, file, how) ?? source} ${isCounting() ? version : ''}`,
  };
}
