import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { loggedCommand } from './logged-command.mjs';
import { say } from './say.mjs';

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
  say(`Fetching ${names.join(', ')} (once)…`);
  const folder = folderOf(root);
  const unpacked = `${folder}.new`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  const run = (what, command, args) =>
    loggedCommand({
      what,
      command,
      args,
      cwd: unpacked,
      log: path.join(root, '.sluice', 'logs', 'databases.log'),
      holder,
      advice: `Install them (Debian, Ubuntu: ${names.join(', ')}) so that their programs are on the PATH.`,
    });
  try {
    if (packagesOf(names).length === 0) {
      // A fresh container has no lists of packages; only root may fetch them.
      await run('Fetching the lists of packages', 'apt-get', ['-q', 'update']);
    }
    const fetch = async () => run('Fetching the servers', 'apt-get', ['-q', 'download', ...packagesOf(names)]);
    try {
      await fetch();
    } catch (error) {
      if (!(error instanceof SetupFailure) || error.exitCode > 1) throw error;
      await run('Fetching the lists of packages', 'apt-get', ['-q', 'update']);
      await fetch();
    }
    for (const file of readdirSync(unpacked).filter((name) => name.endsWith('.deb'))) {
      await run('Unpacking the servers', 'dpkg-deb', ['-x', file, '.']);
      rmSync(path.join(unpacked, file), { force: true });
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(unpacked, folder);
  } catch (error) {
    rmSync(unpacked, { recursive: true, force: true });
    if (!(error instanceof SetupFailure) || error.exitCode > 1) throw error;
    say(error.message);
  }
}

/** Packages that these need and that are not installed, with themselves; empty where there are no lists of packages. */
function packagesOf(names) {
  const args = ['-s', '--no-install-recommends', 'install', ...names];
  const { status, stdout } = spawnSync('apt-get', args, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) return [];
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
}
