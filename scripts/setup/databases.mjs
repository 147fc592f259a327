import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { unpackPackages } from './debian-packages.mjs';

/** Debian's packages of the servers that tests need, each with the programs that it brings. */
const servers = [
  { name: 'postgresql', programs: ['postgres', 'initdb'] },
  { name: 'mariadb-server-core', programs: ['mariadbd', 'mariadb-install-db'] },
  { name: 'redis-server', programs: ['redis-server'] },
];

const folderOf = (root) => path.join(root, '.sluice', 'databases');

/**
 * The folder that holds a program: of an unpacked package, of an installed one, or of the PATH; `undefined` where it is nowhere.
 * @param {string} root the clone
 * @param {string} program
 * @returns {string | undefined}
 */
export function folderOfProgram(root, program) {
  const below = (base) => {
    const versions = path.join(base, 'usr/lib/postgresql');
    const ofPostgres = existsSync(versions) ? readdirSync(versions).map((one) => path.join(versions, one, 'bin')) : [];
    return [...ofPostgres, path.join(base, 'usr/bin'), path.join(base, 'usr/sbin')];
  };
  const folders = [...below(folderOf(root)), ...(process.env.PATH ?? '').split(path.delimiter), ...below('/')];
  return folders.find((folder) => existsSync(path.join(folder, program)));
}

/** Whether PostgreSQL, MariaDB and Redis are there: installed, or unpacked in the clone. */
export function databasesArePresent(root) {
  return servers.every(({ programs }) => programs.every((program) => folderOfProgram(root, program) !== undefined));
}

/**
 * Fetches Debian's packages of the servers that are not there, with the libraries that they lack, and unpacks them in the clone: nothing is
 * installed, and no root is needed. Where that cannot be done it says what to install and goes on: the tests that need them say the same
 * and fail.
 * @param {string} root the clone
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 */
export async function fetchDatabases(root, holder) {
  // What was unpacked before is replaced as a whole.
  const elsewhere = path.join(root, '.sluice', 'none');
  const lacking = servers.filter(({ programs }) =>
    programs.some((one) => folderOfProgram(elsewhere, one) === undefined),
  );
  const names = lacking.map(({ name }) => name);
  await unpackPackages(root, holder, {
    what: names.join(', '),
    name: 'databases',
    packages: () => packagesOf(names),
    advice: `Install them (Debian, Ubuntu: ${names.join(', ')}) so that their programs are on the PATH.`,
  });
}

/** Packages that these need and that are not installed, with themselves; empty where there are no lists of packages. */
function packagesOf(names) {
  const args = ['-s', '--no-install-recommends', 'install', ...names];
  const { status, stdout } = spawnSync('apt-get', args, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) return [];
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
}
