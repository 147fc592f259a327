import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loggedCommand } from './logged-command.mjs';
import { findPython } from './python.mjs';
import { say } from './say.mjs';

const requirementsOf = (root) => path.join(root, 'local', 'python', 'requirements.txt');
const venvOf = (root) => path.join(root, '.sluice', 'venv');
const building = 'venv.building-';

/**
 * Whether the virtual environment was built from these very requirements, by a Python that is still there.
 * @param {string} root the clone
 */
export function emulatorIsPresent(root) {
  const stamp = path.join(venvOf(root), 'requirements.sha256');
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === requirementsHash(root) &&
    existsSync(path.join(venvOf(root), 'bin', 'python'))
  );
}

/**
 * Builds the environment beside its place and moves it there when it is whole.
 * @param {string} root the clone
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 */
export async function buildEmulator(root, holder) {
  const python = await findPython();
  say('Installing the local AWS (once)…');
  removeLeftovers(root);
  const draft = path.join(root, '.sluice', `${building}${process.pid}`);
  const log = (name) => path.join(root, '.sluice', 'logs', `${name}.log`);
  const env = pythonEnvironment();
  try {
    await loggedCommand({
      what: 'Making the virtual environment of the local AWS',
      command: python,
      args: ['-I', '-m', 'venv', draft],
      cwd: root,
      env,
      log: log('venv'),
      holder,
      advice: 'Install python3-venv (Debian, Ubuntu) or a complete Python, then run the command again.',
    });
    await loggedCommand({
      what: 'Installing the local AWS',
      command: path.join(draft, 'bin', 'python'),
      args: ['-I', '-m', 'pip', 'install', '--require-hashes', '--no-deps', '--only-binary=:all:', '--no-input'].concat(
        ['--disable-pip-version-check', '--no-warn-script-location', '-r', requirementsOf(root)],
      ),
      cwd: root,
      env,
      log: log('pip'),
      holder,
      advice: 'Check the network and the package index that pip is configured for, then run the command again.',
    });
    writeFileSync(path.join(draft, 'requirements.sha256'), requirementsHash(root));
    moveIntoPlace(root, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The scripts of a virtual environment keep the path they were built at; `bin/python -m …` does not care. */
function moveIntoPlace(root, draft) {
  const former = path.join(root, '.sluice', `${building}former-${process.pid}`);
  if (existsSync(venvOf(root))) renameSync(venvOf(root), former);
  renameSync(draft, venvOf(root));
  rmSync(former, { recursive: true, force: true });
}

/** What a set-up that was killed left behind; the lock says that no other one is at work. */
function removeLeftovers(root) {
  const directory = path.join(root, '.sluice');
  for (const name of readdirSync(directory)) {
    if (name.startsWith(building)) rmSync(path.join(directory, name), { recursive: true, force: true });
  }
}

/** Settings that would send packages elsewhere than into the environment. */
function pythonEnvironment() {
  const { PYTHONHOME, PYTHONPATH, PIP_TARGET, PIP_PREFIX, PIP_REQUIREMENT, ...rest } = process.env;
  return { ...rest, PIP_USER: '0' };
}

function requirementsHash(root) {
  return createHash('sha256')
    .update(readFileSync(requirementsOf(root)))
    .digest('hex');
}
