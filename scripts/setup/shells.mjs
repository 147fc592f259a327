import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { loggedCommand } from './logged-command.mjs';
import { say } from './say.mjs';

const shells = ['zsh', 'fish'];

/** Whether the shells that completion is tried in are there, or cannot be installed: then the tests read its scripts instead. */
export function shellsArePresent() {
  return (
    shells.every((shell) => runs(shell, '-c', 'exit 0')) || process.getuid?.() !== 0 || !runs('apt-get', '--version')
  );
}

/**
 * Installs zsh and fish, which only root may. Where that fails it says so and goes on.
 * @param {string} root the clone
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 */
export async function installShells(root, holder) {
  say('Installing zsh and fish (once)…');
  const log = path.join(root, '.sluice', 'logs', 'shells.log');
  const advice = 'Completion in them is read instead of run.';
  const run = (what, args) => loggedCommand({ what, command: 'apt-get', args, cwd: root, log, holder, advice });
  try {
    await run('Fetching the lists of packages', ['-q', 'update']);
    await run('Installing zsh and fish', ['-q', '-y', '--no-install-recommends', 'install', ...shells]);
  } catch (error) {
    if (!(error instanceof SetupFailure) || error.exitCode > 1) throw error;
    say(error.message);
  }
}

function runs(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 60_000 }).status === 0;
}
