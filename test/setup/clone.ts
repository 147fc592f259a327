import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** How the stand-in for npm behaves. */
export type NpmWay = 'installs' | 'fails' | 'hangs';
/** A Python that says it is this version, with or without the modules that make virtual environments. */
export interface FakePython {
  readonly version: string;
  readonly complete?: boolean;
  readonly pip?: 'installs' | 'fails';
}

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A clone of its own with the real scripts, and with stand-ins for npm and Python that note what they were asked. */
export class Clone {
  readonly directory: string;
  readonly #bin: string;
  readonly #started: ChildProcess[] = [];

  private constructor(directory: string) {
    this.directory = directory;
    this.#bin = path.join(directory, '..', 'bin');
  }

  static async make(): Promise<Clone> {
    const clone = new Clone(path.join(await mkdtemp(path.join(os.tmpdir(), 'sluice-setup-test-')), 'clone'));
    await mkdir(clone.#bin);
    await cp(path.join(root, 'scripts'), path.join(clone.directory, 'scripts'), { recursive: true });
    await cp(path.join(root, 'bin'), path.join(clone.directory, 'bin'), { recursive: true });
    await clone.write('package.json', '{ "type": "module" }');
    await clone.lock('1.0.0');
    await clone.write('local/python/requirements.txt', 'emulator==1');
    await clone.npm('installs');
    return clone;
  }

  async remove(): Promise<void> {
    for (const child of this.#started) child.kill('SIGKILL');
    await rm(path.dirname(this.directory), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  async write(file: string, content: string): Promise<void> {
    await mkdir(path.dirname(this.path(file)), { recursive: true });
    await writeFile(this.path(file), content);
  }

  path(file: string): string {
    return path.join(this.directory, file);
  }

  /** Writes a lockfile with one package for production, one for development, one for another platform. */
  async lock(version: string): Promise<void> {
    await this.write('package-lock.json', lockfile(version, true));
  }

  /** What npm leaves behind when somebody runs it by hand. */
  async installByHand(version: string, { dev = true } = {}): Promise<void> {
    await this.write('node_modules/.package-lock.json', lockfile(version, dev));
  }

  async npm(way: NpmWay): Promise<void> {
    await this.#executable('npm', npmScript(way, this.directory));
  }

  async python(name: string, python: FakePython): Promise<void> {
    await this.#executable(name, pythonScript(python));
  }

  /** Lines that the stand-ins noted: one each time they were asked to install something. */
  async asked(): Promise<string[]> {
    const notes = await readFile(this.path('../asked'), 'utf8').catch(() => '');
    return notes.split('\n').filter(Boolean);
  }

  async #executable(name: string, script: string): Promise<void> {
    const file = path.join(this.#bin, name);
    await writeFile(file, `#!${process.execPath}\nconst notes = ${JSON.stringify(this.path('../asked'))};\n${script}`);
    await chmod(file, 0o755);
  }

  /** Runs one of the clone's scripts; nothing but the stand-ins is on its PATH. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, args, {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: this.#bin, HOME: this.directory, ...env },
    });
    this.#started.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    const ended = new Promise<Run>((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal, output });
      });
    });
    return { child, ended, output: () => output };
  }

  setUp(...args: readonly string[]): Promise<Run> {
    return this.start(['scripts/setup.mjs', ...args]).ended;
  }
}

function lockfile(version: string, dev: boolean): string {
  const entry = { version, integrity: `sha512-${version}` };
  return JSON.stringify({
    packages: {
      '': {},
      'node_modules/used': entry,
      ...(dev && { 'node_modules/tool': { ...entry, dev: true } }),
      'node_modules/elsewhere': { ...entry, optional: true },
    },
  });
}

function npmScript(way: NpmWay, directory: string): string {
  return `
    const fs = process.getBuiltinModule('node:fs');
    fs.appendFileSync(notes, 'npm ' + process.pid + ' ' + process.argv.slice(2).join(' ') + '\\n');
    fs.rmSync('node_modules', { recursive: true, force: true });
    fs.mkdirSync('node_modules');
    if (${JSON.stringify(way)} === 'fails') {
      console.error('npm warn something else\\nnpm error the registry is asleep\\nnpm error\\n' + 'advice\\n'.repeat(40));
      process.exit(1);
    }
    const done = () => fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
    if (${JSON.stringify(way)} === 'installs') setTimeout(done, 150);
    else setInterval(() => {
      // The test is over, however it went.
      if (!fs.existsSync(notes)) process.exit(1);
      if (fs.existsSync(${JSON.stringify(path.join(directory, '../go-on'))})) { done(); process.exit(0); }
    }, 20);
  `;
}

function pythonScript({ version, complete = true, pip = 'installs' }: FakePython): string {
  return `
    const fs = process.getBuiltinModule('node:fs');
    const [, , , mode, name, target] = process.argv;
    if (mode === '-c') console.log(${JSON.stringify(`${version}\n${complete ? 'True' : 'False'}`)} + '\\n' + __filename);
    else if (name === 'venv') {
      fs.mkdirSync(target + '/bin', { recursive: true });
      fs.copyFileSync(__filename, target + '/bin/python');
    } else {
      fs.appendFileSync(notes, 'pip ' + process.argv.slice(5).join(' ') + '\\n');
      if (${JSON.stringify(pip)} === 'fails') { console.error('THESE PACKAGES DO NOT MATCH THE HASHES'); process.exit(1); }
    }
  `;
}
