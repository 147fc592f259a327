import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { unpackPackages } from './debian-packages.mjs';

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
  await unpackPackages(root, holder, {
    what: 'Prometheus',
    name: 'prometheus',
    packages: () => ['prometheus'],
    advice: 'Install Prometheus (Debian, Ubuntu: prometheus) so that `prometheus` and `promtool` are on the PATH.',
  });
}

function runs(command) {
  return spawnSync(command, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0;
}
