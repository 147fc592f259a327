import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { buildCommandLine } from '../../scripts/package/command-line.mjs';
import { projectRoot } from '../../local/stack/project-root.ts';
import { processorMs } from '../start/processor-time.ts';
import { localStage } from '../../local/stack/stage.ts';

type Environment = Readonly<Record<string, string>>;

/**
 * Runs `sluice` from the sources, in a process of its own; returns what it printed.
 * @throws Error where it exits with anything but 0
 */
export function sluice(environment: Environment, ...args: readonly string[]): Promise<string> {
  return run(path.join(projectRoot, 'bin/sluice.mjs'), environment, args);
}

/** The command as a package has it. */
export interface Installed {
  /** Returns what it printed. @throws Error where it exits with anything but 0 */
  readonly run: typeof sluice;
  /** Returns how much processor time it took. */
  readonly processorMs: (environment: Environment, ...args: readonly string[]) => Promise<number>;
}

/** Builds the command as a package has it, once. */
export async function installedSluice(): Promise<Installed> {
  const folder = path.join(projectRoot, '.sluice', 'installed');
  rmSync(folder, { recursive: true, force: true });
  await buildCommandLine(projectRoot, path.join(folder, 'dist', 'cli'));
  const bin = path.join(folder, 'bin', 'sluice.mjs');
  mkdirSync(path.dirname(bin));
  copyFileSync(path.join(projectRoot, 'bin', 'sluice.mjs'), bin);
  copyFileSync(path.join(projectRoot, 'package.json'), path.join(folder, 'package.json'));
  const cache = { XDG_CACHE_HOME: path.join(folder, 'cache') };
  return {
    run: (environment, ...args) => run(bin, { ...environment, ...cache }, args),
    processorMs: (environment, ...args) =>
      processorMs(process.execPath, [bin, ...args], envOf({ ...environment, ...cache })),
  };
}

function envOf(environment: Environment) {
  return { PATH: process.env['PATH'], ...environment, SLUICE_STAGE: localStage, SLUICE_USER: 'bench' };
}

function run(bin: string, environment: Environment, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [bin, ...args],
      { env: envOf(environment), timeout: 60_000, maxBuffer: 64e6 },
      (error, out, err) => {
        if (error === null) resolve(out);
        else reject(new Error(`sluice ${args.join(' ')} failed: ${err.trim()}`));
      },
    );
  });
}
