import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { loggedCommand } from './logged-command.mjs';
import { say } from './say.mjs';

/**
 * Fetches packages of Debian and unpacks them in the clone, in place of what was unpacked before: nothing is installed, and no root is
 * needed. Where that cannot be done it says what to install and goes on: the tests that need them say the same and fail.
 * @param {string} root the clone
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 * @param {{ what: string, name: string, packages: () => readonly string[], advice: string }} wanted what they are called in messages; the
 * folder below `.sluice`, and the log; the packages, none where Debian's lists are lacking; what to do instead
 */
export async function unpackPackages(root, holder, { what, name, packages, advice }) {
  say(`Fetching ${what} (once)…`);
  const folder = path.join(root, '.sluice', name);
  const unpacked = `${folder}.new`;
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { recursive: true });
  const log = path.join(root, '.sluice', 'logs', `${name}.log`);
  const run = (step, command, args) => loggedCommand({ what: step, command, args, cwd: unpacked, log, holder, advice });
  // A fresh container has no lists of packages; only root may fetch them.
  const update = () => run('Fetching the lists of packages', 'apt-get', ['-q', 'update']);
  const download = () => run(`Fetching ${what}`, 'apt-get', ['-q', 'download', ...packages()]);
  try {
    if (packages().length === 0) await update();
    try {
      await download();
    } catch (error) {
      if (!isNamed(error)) throw error;
      await update();
      await download();
    }
    for (const file of readdirSync(unpacked).filter((one) => one.endsWith('.deb'))) {
      await run(`Unpacking ${what}`, 'dpkg-deb', ['-x', file, '.']);
      rmSync(path.join(unpacked, file), { force: true });
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(unpacked, folder);
  } catch (error) {
    rmSync(unpacked, { recursive: true, force: true });
    if (!isNamed(error)) throw error;
    say(error.message);
  }
}

/** A command that failed by itself; others were ended. */
function isNamed(error) {
  return error instanceof SetupFailure && error.exitCode <= 1;
}
