import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SetupFailure } from './failure.mjs';

const run = promisify(execFile);
const names = ['python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3', 'python'];
const oldest = [3, 10];

// Debian keeps ensurepip, without which a virtual environment has no pip, in a package of its own.
const probe = `
import importlib.util, sys
print("%d.%d.%d" % sys.version_info[:3])
print(all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")))
print(sys.executable)
`;

/**
 * Path of a Python that can build a virtual environment.
 * @param {string} what what needs it, in words
 * @returns {Promise<string>}
 * @throws {SetupFailure} one sentence that says what to install
 */
export async function findPython(what) {
  const unfit = [];
  for (const name of names) {
    const found = await ask(name);
    if (found === undefined) continue;
    if (!found.recent) unfit.push(`${name} is Python ${found.version}, older than ${oldest.join('.')}`);
    else if (!found.canBuild) unfit.push(`${name} (Python ${found.version}) lacks the modules venv and ensurepip`);
    else return found.file;
  }
  const reason = unfit.length === 0 ? 'no python3 is on the PATH' : unfit.join('; ');
  const lacksModules = unfit.some((line) => line.includes('ensurepip'));
  throw new SetupFailure(
    `${what} needs Python ${oldest.join('.')} or newer with venv and ensurepip, but ${reason}: install ` +
      `${lacksModules ? 'python3-venv (Debian, Ubuntu) or a complete Python' : 'Python'}, then run the command again.`,
  );
}

async function ask(name) {
  try {
    const { stdout } = await run(name, ['-I', '-c', probe], { timeout: 20_000 });
    const [version, modules, file] = stdout.trim().split(/\r?\n/);
    const [major, minor] = version.split('.').map(Number);
    const recent = major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
    return { version, recent, canBuild: modules === 'True', file };
  } catch {
    // Not on the PATH, or something under that name that is no Python (such as a version manager's placeholder).
    return undefined;
  }
}
