import { chmodSync, chownSync, cpSync, statSync } from 'node:fs';
import path from 'node:path';
import { folderOfProgram } from '../../scripts/setup/databases.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const unpacked = path.join(root, '.sluice', 'databases');

/** `nobody`, as which servers run that refuse to be root. */
const nobody = 65_534;

/** A program of a server with what it takes to start it. */
export interface Program {
  readonly command: string;
  /** Before its own arguments. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where its package's files are: `/usr`, or that of the unpacked one. */
  readonly usr: string;
}

const asRoot = process.getuid?.() === 0;

/**
 * Finds a program of PostgreSQL, MariaDB or Redis, and how it is started as another user than root.
 * @param folder a folder of this run's own, for a copy of what another user cannot reach
 * @throws Error that says what to install
 */
export function programOf(name: string, folder: string): Program {
  const found = folderOfProgram(root, name);
  if (found === undefined)
    throw new Error(
      `${name} is not there: run \`node scripts/setup.mjs --databases\`, or install postgresql, mariadb-server-core and redis-server (Debian, Ubuntu), then start again`,
    );
  const isUnpacked = found.startsWith(unpacked);
  const base = isUnpacked ? reachable(folder) : '/';
  const file = path.join(base, path.relative(isUnpacked ? unpacked : '/', found), name);
  const usr = path.join(base, 'usr');
  const libraries = ['lib', `lib/${multiarch()}`].map((one) => path.join(usr, one));
  const env = {
    PATH: process.env['PATH'],
    TZ: 'UTC',
    LC_ALL: 'C',
    ...(isUnpacked && { LD_LIBRARY_PATH: libraries.join(':') }),
  };
  if (!asRoot) return { command: file, args: [], env, usr };
  const user = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups', '--'];
  return { command: 'setpriv', args: [...user, file], env, usr };
}

/** Gives a file or folder to the user as which servers run. */
export function give(file: string, mode: number): void {
  chmodSync(file, mode);
  if (asRoot) chownSync(file, nobody, nobody);
}

/** Where the unpacked packages can be reached by another user: in place, or in a copy where a folder above is private. */
function reachable(folder: string): string {
  const above = unpacked.split(path.sep).map((_, index, parts) => parts.slice(0, index + 1).join(path.sep) || '/');
  if (!asRoot || above.every((one) => (statSync(one).mode & 0o005) === 0o005)) return unpacked;
  const copy = path.join(folder, 'packages');
  cpSync(unpacked, copy, { recursive: true, verbatimSymlinks: true, force: false });
  return copy;
}

function multiarch(): string {
  return process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
}
