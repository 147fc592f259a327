import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ArchiveCopy } from '../../storage/archive/archive-copy.ts';
import { CliFailure } from '../cli-failure.ts';

/** Keys of objects have three folders at most; what lies deeper is found all the same, up to here. */
const mostFolders = 12;

/** A copy of the archive's bucket in a folder, such as `aws s3 sync` makes it. No AWS is asked. */
export function archiveFolder(folder: string): ArchiveCopy {
  return {
    keys: () => filesIn(folder, '', 0),
    async texts(key) {
      try {
        return [await readFile(path.join(folder, ...key.split('/')), 'utf8')];
      } catch (error) {
        if (isMissing(error)) return [];
        throw failed(`${folder}/${key}`, error);
      }
    },
  };
}

/** Links are not followed: they are no objects of the archive. */
async function filesIn(folder: string, below: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch((error: unknown) => {
    throw failed(path.join(folder, below), error);
  });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const key = below === '' ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() && depth < mostFolders ? await filesIn(folder, key, depth + 1) : [key];
    }),
  );
  return found.flat().sort();
}

/** A folder, or a link to one, is no object either. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

function failed(what: string, error: unknown): CliFailure {
  return new CliFailure(
    `${what} cannot be read (${codeOf(error) ?? String(error)}). Copy the archive into a folder: aws s3 sync s3://<bucket> archive`,
  );
}
