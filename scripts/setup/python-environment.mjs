import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loggedCommand } from './logged-command.mjs';
import { findPython } from './python.mjs';
import { say } from './say.mjs';

/**
 * A virtual environment of this clone's own.
 * @typedef {{ what: string, requirements: string, folder: string, log: string }} PythonEnvironment
 */

/** What runs in Python: each in an environment of its own, so that who wants one need not wait for the other. */
export const environments = {
  emulator: { what: 'the local AWS', requirements: 'requirements.txt', folder: 'venv', log: '' },
  linters: { what: 'the linters of the stack', requirements: 'linters.txt', folder: 'linters', log: 'linters-' },
  opinions: { what: 'other models of AWS', requirements: 'opinions.txt', folder: 'opinions', log: 'opinions-' },
};

const requirementsOf = (root, { requirements }) => path.join(root, 'local', 'python', requirements);
const folderOf = (root, { folder }) => path.join(root, '.sluice', folder);

/**
 * Whether the virtual environment was built from these very requirements, by a Python that is still there.
 * @param {string} root the clone
 * @param {PythonEnvironment} environment
 */
export function environmentIsPresent(root, environment) {
  const folder = folderOf(root, environment);
  const stamp = path.join(folder, 'requirements.sha256');
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === requirementsHash(root, environment) &&
    existsSync(path.join(folder, 'bin', 'python'))
  );
}

/**
 * Builds the environment beside its place and moves it there when it is whole.
 * @param {string} root the clone
 * @param {PythonEnvironment} environment
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 */
export async function buildEnvironment(root, environment, holder) {
  const { what } = environment;
  const python = await findPython(what);
  say(`Installing ${what} (once)…`);
  removeLeftovers(root, environment);
  const draft = path.join(root, '.sluice', `${environment.folder}.building-${process.pid}`);
  const log = (name) => path.join(root, '.sluice', 'logs', `${environment.log}${name}.log`);
  const env = pythonEnvironment();
  try {
    await loggedCommand({
      what: `Making the virtual environment of ${what}`,
      command: python,
      args: ['-I', '-m', 'venv', draft],
      cwd: root,
      env,
      log: log('venv'),
      holder,
      advice: 'Install python3-venv (Debian, Ubuntu) or a complete Python, then run the command again.',
    });
    await loggedCommand({
      what: `Installing ${what}`,
      command: path.join(draft, 'bin', 'python'),
      args: ['-I', '-m', 'pip', 'install', '--require-hashes', '--no-deps', '--only-binary=:all:', '--no-input'].concat(
        ['--disable-pip-version-check', '--no-warn-script-location', '-r', requirementsOf(root, environment)],
      ),
      cwd: root,
      env,
      log: log('pip'),
      holder,
      advice: 'Check the network and the package index that pip is configured for, then run the command again.',
    });
    writeFileSync(path.join(draft, 'requirements.sha256'), requirementsHash(root, environment));
    moveIntoPlace(root, environment, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The scripts of a virtual environment keep the path they were built at; `bin/python -m …` does not care. */
function moveIntoPlace(root, environment, draft) {
  const folder = folderOf(root, environment);
  const former = path.join(root, '.sluice', `${environment.folder}.building-former-${process.pid}`);
  if (existsSync(folder)) renameSync(folder, former);
  renameSync(draft, folder);
  rmSync(former, { recursive: true, force: true });
}

/** What a set-up that was killed left behind; the lock says that no other one is at work. */
function removeLeftovers(root, { folder }) {
  const directory = path.join(root, '.sluice');
  for (const name of readdirSync(directory)) {
    if (name.startsWith(`${folder}.building-`)) rmSync(path.join(directory, name), { recursive: true, force: true });
  }
}

/** Settings that would send packages elsewhere than into the environment. */
function pythonEnvironment() {
  const { PYTHONHOME, PYTHONPATH, PIP_TARGET, PIP_PREFIX, PIP_REQUIREMENT, ...rest } = process.env;
  return { ...rest, PIP_USER: '0' };
}

function requirementsHash(root, environment) {
  return createHash('sha256')
    .update(readFileSync(requirementsOf(root, environment)))
    .digest('hex');
}
