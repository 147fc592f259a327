import { mkdirSync, rmSync } from 'node:fs';
import { recordedFolder } from './recorded-folder.ts';

/** Forgets what an earlier run recorded. */
export default function beforeAll(): void {
  rmSync(recordedFolder, { recursive: true, force: true });
  mkdirSync(recordedFolder, { recursive: true });
}
