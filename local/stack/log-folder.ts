import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './project-root.ts';

/** Folder for what the parts of the local stack print, one file each; made where it is missing. */
export async function logFolder(): Promise<string> {
  const folder = path.join(projectRoot, '.sluice', 'logs');
  await mkdir(folder, { recursive: true });
  return folder;
}
