import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../local/stack/project-root.ts';

const run = promisify(execFile);

/** A process that has ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The package as npm packs it, and folders into which it is installed. */
export class Packed {
  readonly #folder: string;
  readonly tarball: string;

  private constructor(folder: string, tarball: string) {
    this.#folder = folder;
    this.tarball = tarball;
  }

  static async make(): Promise<Packed> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-package-test-'));
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: projectRoot });
    return new Packed(folder, path.join(folder, stdout.trim().split('\n').at(-1) ?? ''));
  }

  /** Installs it into an empty folder, by the npm of that Node and without a network; returns the folder. */
  async installUnder(node: string): Promise<string> {
    const folder = this.folderUnder(node);
    await mkdir(folder);
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }');
    const { code, err } = await command(node, folder, ['npm', 'install', '--offline', '--no-audit', this.tarball]);
    if (code !== 0) throw new Error(`npm install of ${this.tarball} failed: ${err}`);
    return folder;
  }

  /** The folder that it is installed into for a Node. */
  folderUnder(node: string): string {
    return path.join(this.#folder, `under-${path.basename(path.dirname(path.dirname(node)))}`);
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

/** Runs a command in a folder with that Node first on the path, and nothing of this process's environment but the home of npm. */
export async function command(
  node: string,
  cwd: string,
  [name = '', ...args]: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const env = {
    PATH: [path.dirname(node), process.env['PATH']].join(path.delimiter),
    HOME: process.env['HOME'],
    npm_config_update_notifier: 'false',
    ...more,
  };
  return new Promise((resolve) => {
    const child = execFile(name, args, { cwd, env, maxBuffer: 64e6 }, (error, out, err) => {
      resolve({ code: child.exitCode ?? (error === null ? 0 : -1), out, err });
    });
    child.stdin?.end();
  });
}
