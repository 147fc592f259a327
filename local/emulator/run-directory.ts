import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { errorCode } from '../process/error-code.ts';

export interface RunDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

const prefix = 'sluice-emulator-';

/**
 * Makes a folder that belongs to this process alone, and removes those whose process is gone.
 *
 * It lies outside the clone: a function unpacked inside would find the clone's `node_modules` and its `"type": "module"`, and
 * work here where it fails on AWS.
 */
export async function makeRunDirectory(parent = os.tmpdir()): Promise<RunDirectory> {
  await removeOrphans(parent);
  const directory = await mkdtemp(path.join(parent, `${prefix}${process.pid}-`));
  for (const part of ['tmp', 'state', 's3']) await mkdir(path.join(directory, part));
  // Where the temporary folder itself lies within some package, that package's settings end here.
  await writeFile(path.join(directory, 'package.json'), '{}\n');
  return { path: directory, remove: () => rm(directory, removal) };
}

/** A process that is just ending may still write. */
const removal = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 };

async function removeOrphans(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || runs(Number(owner))) continue;
    const directory = path.join(parent, name);
    // Another user's, or gone meanwhile: not ours to remove.
    const uid = await stat(directory).then(
      (found) => found.uid,
      () => undefined,
    );
    if (uid === process.getuid?.()) await rm(directory, removal);
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
