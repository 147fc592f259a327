import { createHash, type Hash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { sources } from './build-folder.ts';

/** More than one run of all tests packages; each takes about 12 MB. */
const most = 6;

/** What is packaged. */
export interface Packaging {
  /** Root of the checkout. */
  readonly root: string;
  readonly stage: string;
  readonly params: readonly string[];
}

/**
 * The output of a packaging, made once for the same content: everything that the packaging reads is in the name it is kept by.
 * @param output folder that the output is copied to; the caller may write in it
 * @param make packages, and gives the folder of what came out, below `.sluice`, to `taken`, which takes it away
 */
export async function packagedOnce(
  output: string,
  packaging: Packaging,
  make: (taken: (made: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const kept = path.join(packaging.root, '.sluice', 'packaged');
  const known = path.join(kept, await contentName(packaging));
  if (!(await exists(known))) await make((made) => keep(known, made));
  await utimes(known, new Date(), new Date());
  await cp(known, output, { recursive: true });
  await dropOldest(kept);
}

/** The name appears whole or not at all; where two processes package the same content, the first one's is kept. */
async function keep(name: string, made: string): Promise<void> {
  await mkdir(path.dirname(name), { recursive: true });
  try {
    await rename(made, name);
  } catch (error) {
    if (!(await exists(name))) throw error;
  }
}

async function contentName({ root, stage, params }: Packaging): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([stage, params, process.version, process.env['SLUICE_LOCAL_ENDPOINT'] ?? '']));
  for (const source of [...sources, 'package-lock.json']) await addTo(hash, root, source);
  return hash.digest('hex');
}

async function addTo(hash: Hash, root: string, name: string): Promise<void> {
  const full = path.join(root, name);
  if ((await stat(full)).isDirectory()) {
    for (const entry of (await readdir(full)).toSorted()) await addTo(hash, root, path.join(name, entry));
    return;
  }
  const content = await readFile(full);
  hash.update(`${name}\0${String(content.length)}\0`).update(content);
}

async function exists(name: string): Promise<boolean> {
  return (await stat(name).catch(() => undefined)) !== undefined;
}

async function dropOldest(kept: string): Promise<void> {
  const names = await readdir(kept);
  const aged = await Promise.all(
    names.map(async (name) => {
      const folder = path.join(kept, name);
      return { folder, used: (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const old = aged.toSorted((a, b) => b.used - a.used).slice(most);
  await Promise.all(old.map(({ folder }) => rm(folder, { recursive: true, force: true })));
}
