import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loggedCommand } from './logged-command.mjs';
import { npmCommand } from './npm-command.mjs';
import { say } from './say.mjs';

const files = ['package.json', 'package-lock.json'];

/**
 * Packages that only some tests need, from a lockfile of their own and apart from the clone's dependencies.
 * @param {{ what: string, source: string[], folder: string[], log: string }} setting what they are, where their lockfile is, where they
 *   are installed (folders of the clone, which may be the same), and the name of the log
 */
export function npmFolder({ what, source, folder, log }) {
  const lockfile = (root) => readFileSync(path.join(root, ...source, 'package-lock.json'), 'utf8');
  const stampOf = (root) => path.join(root, ...folder, 'node_modules', '.sluice-lockfile');

  /** @param {string} root the clone */
  function isPresent(root) {
    try {
      return readFileSync(stampOf(root), 'utf8') === lockfile(root);
    } catch (error) {
      if (error.code === 'ENOENT') return false;
      throw error;
    }
  }

  /**
   * @param {string} root the clone
   * @param {{ worksThrough(pid: number | undefined): void }} holder
   */
  async function install(root, holder) {
    say(`Installing ${what} (once)…`);
    const cwd = path.join(root, ...folder);
    if (path.join(...source) !== path.join(...folder)) {
      rmSync(cwd, { recursive: true, force: true });
      mkdirSync(cwd, { recursive: true });
      for (const file of files) cpSync(path.join(root, ...source, file), path.join(cwd, file));
    }
    const [command, ...first] = npmCommand();
    await loggedCommand({
      what: `Installing ${what}`,
      command,
      args: [...first, 'ci', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--no-engine-strict'],
      cwd,
      log: path.join(root, '.sluice', 'logs', log),
      holder,
      advice: 'Check the network and the registry that npm is configured for, then run the command again.',
    });
    mkdirSync(path.dirname(stampOf(root)), { recursive: true });
    writeFileSync(stampOf(root), lockfile(root));
  }

  return { isPresent, install };
}
