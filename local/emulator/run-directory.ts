import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

export interface RunDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

/** Makes a folder that belongs to this process alone, and removes those whose process is gone. */
export async function makeRunDirectory(parent: string): Promise<RunDirectory> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const owner = /^run-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !runs(Number(owner))) await rm(path.join(parent, name), removal);
  }
  const directory = await mkdtemp(path.join(parent, `run-${process.pid}-`));
  for (const part of ['tmp', 'state', 's3']) await mkdir(path.join(directory, part));
  return { path: directory, remove: () => rm(directory, removal) };
}

/** A process that is just ending may still write. */
const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 };

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
