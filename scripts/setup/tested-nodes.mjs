import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loggedCommand } from './logged-command.mjs';
import { npmCommand } from './npm-command.mjs';
import { say } from './say.mjs';

const files = ['package.json', 'package-lock.json'];
const source = (root, file) => path.join(root, 'test', 'package', 'nodes', file);
const folderOf = (root) => path.join(root, '.sluice', 'nodes');
const stampOf = (root) => path.join(folderOf(root), 'node_modules', '.sluice-lockfile');

/** Whether the older Nodes are there, under which the package is tried. */
export function testedNodesArePresent(root) {
  try {
    return readFileSync(stampOf(root), 'utf8') === readFileSync(source(root, 'package-lock.json'), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Installs them apart from the clone's dependencies: only the tests of the package need them.
 * @param {string} root the clone
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 */
export async function installTestedNodes(root, holder) {
  say('Installing older Nodes to try the package under (once)…');
  const folder = folderOf(root);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of files) cpSync(source(root, file), path.join(folder, file));
  const [command, ...first] = npmCommand();
  await loggedCommand({
    what: 'Installing the older Nodes',
    command,
    args: [...first, 'ci', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund'],
    cwd: folder,
    log: path.join(root, '.sluice', 'logs', 'nodes.log'),
    holder,
    advice: 'Check the network and the registry that npm is configured for, then run the command again.',
  });
  mkdirSync(path.dirname(stampOf(root)), { recursive: true });
  writeFileSync(stampOf(root), readFileSync(source(root, 'package-lock.json')));
}
