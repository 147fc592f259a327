import { execFile } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from '../../local/stack/project-root.ts';
import { localStage } from '../../local/stack/stage.ts';

/**
 * Runs `sluice` as a person does, in a process of its own; returns what it printed.
 * @throws Error where it exits with anything but 0
 */
export function sluice(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], ...environment, SLUICE_STAGE: localStage, SLUICE_USER: 'bench' };
  return new Promise((resolve, reject) => {
    const bin = path.join(projectRoot, 'bin/sluice.mjs');
    execFile(process.execPath, [bin, ...args], { env, timeout: 60_000, maxBuffer: 64e6 }, (error, out, err) => {
      if (error === null) resolve(out);
      else reject(new Error(`sluice ${args.join(' ')} failed: ${err.trim()}`));
    });
  });
}
