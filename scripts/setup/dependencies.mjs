import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loggedCommand } from './logged-command.mjs';
import { npmCommand } from './npm-command.mjs';
import { say } from './say.mjs';

const stampOf = (root) => path.join(root, 'node_modules', '.sluice-lockfile');

/**
 * Whether `node_modules` holds what package-lock.json says, development dependencies included.
 *
 * A stamp with the lockfile's hash answers at once. Without it (somebody ran npm by hand) the list that npm leaves in
 * node_modules is compared; npm writes it last, so an installation that was cut short has none.
 * @param {string} root the clone
 */
export function dependenciesArePresent(root) {
  if (!existsSync(path.join(root, 'node_modules'))) return false;
  const lockfile = readFileSync(path.join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex');
  if (contentOf(stampOf(root))?.toString() === hash) return true;

  const installed = contentOf(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined || !holdsAll(parse(installed), parse(lockfile))) return false;
  writeFileSync(stampOf(root), hash);
  return true;
}

/**
 * @param {string} root the clone
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 */
export async function installDependencies(root, holder) {
  say('Installing dependencies (once)…');
  rmSync(stampOf(root), { force: true });
  const [command, ...first] = npmCommand();
  await loggedCommand({
    what: 'Installing the dependencies',
    command,
    // The tests and the demo need development dependencies also where NODE_ENV is production; no package
    // needs its scripts; some want a newer Node than the one that only installs them.
    args: [...first, 'ci', '--include=dev', '--include=optional', '--ignore-scripts', '--no-engine-strict'].concat([
      '--no-audit',
      '--no-fund',
    ]),
    cwd: root,
    log: path.join(root, '.sluice', 'logs', 'npm.log'),
    holder,
    advice: 'Check the network and the registry that npm is configured for, then run the command again.',
  });
  const hash = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  writeFileSync(stampOf(root), hash);
}

function contentOf(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(content) {
  return JSON.parse(content.toString()).packages ?? {};
}

/** Optional packages are those of other platforms, and folders of the clone are there; the others must be, in the very version. */
function holdsAll(installed, wanted) {
  return Object.entries(wanted).every(([where, entry]) => {
    if (
      !where.startsWith('node_modules/') ||
      entry.optional === true ||
      entry.devOptional === true ||
      entry.link === true
    )
      return true;
    const present = installed[where];
    return present?.version === entry.version && present?.integrity === entry.integrity;
  });
}
