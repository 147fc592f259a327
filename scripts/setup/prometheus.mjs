import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { loggedCommand } from './logged-command.mjs';
import { say } from './say.mjs';

const download = ['-q', 'download', 'prometheus'];

const folderOf = (root) => path.join(root, '.sluice', 'prometheus');

/** Whether a Prometheus with its tool is there: on the PATH, or unpacked in the clone. */
export function prometheusIsPresent(root) {
  return ['prometheus', 'promtool'].every((name) => runs(path.join(folderOf(root), 'usr', 'bin', name)) || runs(name));
}

/**
 * Fetches Debian's package and unpacks it in the clone: nothing is installed, and no root is needed. Where that cannot be done it says
 * what to install and goes on: the tests that need a Prometheus say the same and fail.
 * @param {string} root the clone
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 */
export async function fetchPrometheus(root, holder) {
  say('Fetching Prometheus (once)…');
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
      log: path.join(root, '.sluice', 'logs', 'prometheus.log'),
      holder,
      advice: 'Install Prometheus (Debian, Ubuntu: prometheus) so that `prometheus` and `promtool` are on the PATH.',
    });
  try {
    try {
      await run('Fetching Prometheus', 'apt-get', download);
    } catch (error) {
      if (!(error instanceof SetupFailure) || error.exitCode > 1) throw error;
      // A fresh container has no lists of packages; only root may fetch them.
      await run('Fetching the lists of packages', 'apt-get', ['-q', 'update']);
      await run('Fetching Prometheus', 'apt-get', download);
    }
    const [file] = readdirSync(unpacked).filter((name) => name.endsWith('.deb'));
    await run('Unpacking Prometheus', 'dpkg-deb', ['-x', file ?? 'prometheus.deb', '.']);
    rmSync(path.join(unpacked, file), { force: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(unpacked, folder);
  } catch (error) {
    rmSync(unpacked, { recursive: true, force: true });
    if (!(error instanceof SetupFailure) || error.exitCode > 1) throw error;
    say(error.message);
  }
}

function runs(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0;
}
