import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf, signal } from '../process/children.ts';
import { onFreePort, PortTaken } from '../process/free-port.ts';
import { ProcessFailed, type RunningProcess } from '../process/supervised-process.ts';
import type { Supervisor } from '../process/supervisor.ts';
import { emulatorEnvironment } from './environment.ts';
import { makeRunDirectory, type RunDirectory } from './run-directory.ts';

export interface EmulatorOptions {
  /** Answers for the emulator's end. */
  readonly supervisor: Supervisor;
  /** Further environment of the emulator, which its Lambda functions inherit, such as `AWS_ENDPOINT_URL_ECS`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The port to try first; by default any free one. */
  readonly port?: number | undefined;
  /** Keeps the state over `restart`. It is written when the emulator ends in order, so a crash loses it. */
  readonly persist?: boolean;
  /** File that gets what the emulator prints; the level is `INFO` then, else `WARNING`. */
  readonly logFile?: string;
  /** Factor of every wait of a state machine, 0 to 1; by default 1. */
  readonly waitScale?: number;
}

/** A local AWS that runs. */
export interface Emulator {
  /** Base URL of every service it has. */
  readonly endpoint: string;
  readonly port: number;
  /** Settles when its process has ended, for whatever reason; a restart begins a new one. */
  ended(): Promise<unknown>;
  /** Last lines that it printed. */
  tail(): string;
  /** Ends it, its Lambda functions and its files. */
  stop(): Promise<void>;
  /**
   * Ends it, in order or as a crash would, and starts it on the same port. `crash with state`: with what it held a moment before,
   * as if all of its stores were durable, like those of AWS.
   * @param whileDown what happens between its end and its start
   */
  restart(how?: 'in order' | 'crash' | 'crash with state', whileDown?: () => Promise<unknown>): Promise<void>;
  /** Has DynamoDB answer every call with an error of its own for so long. Needs `persist`. */
  refuseTable(seconds: number): Promise<void>;
  /** Process ids of its Lambda functions' environments that run now. */
  workers(): Promise<readonly number[]>;
  /** Stops it and its functions where they are (SIGSTOP); the answer lets them go on. */
  freeze(): Promise<() => void>;
}

const projectRoot = path.resolve(import.meta.dirname, '../..');
const python = path.join(projectRoot, '.sluice', 'venv', 'bin', 'python');

/**
 * Starts the local AWS on 127.0.0.1, with files and temporary files of its own.
 * @throws {ProcessFailed} where it does not come up; the message holds what it printed
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  if (!existsSync(python)) {
    throw new ProcessFailed(
      'the local AWS is not installed: run `node scripts/setup.mjs --emulator`, then start again',
      '',
    );
  }
  const directory = await makeRunDirectory();
  try {
    const { port, running } = await onFreePort(
      async (candidate) => ({ port: candidate, running: await launch(options, directory.path, candidate) }),
      { first: options.port },
    );
    return control(options, directory, port, running);
  } catch (error) {
    await directory.remove();
    throw error;
  }
}

function control(options: EmulatorOptions, directory: RunDirectory, port: number, first: RunningProcess): Emulator {
  let running = first;
  const removeWith = (process: RunningProcess) =>
    process.ended.then(async () => {
      // A restart needs the files, and has already put another process in the place of this one or is about to.
      if (running === process && !restarting) await directory.remove();
    });
  let restarting = false;
  let removed = removeWith(first);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    ended: () => running.ended,
    tail: () => running.tail(),
    workers: () => childrenOf(running.pid),
    freeze: async () => {
      const frozen = [running.pid, ...(await childrenOf(running.pid))];
      for (const pid of frozen) signal(pid, 'SIGSTOP');
      return () => {
        for (const pid of frozen) signal(pid, 'SIGCONT');
      };
    },
    stop: async () => {
      await running.stop();
      await removed;
    },
    refuseTable: (seconds) =>
      writeFile(path.join(directory.path, 'state', 'table-refuses-until'), String(Date.now() / 1000 + seconds)),
    restart: async (how = 'in order', whileDown = () => Promise.resolve()) => {
      restarting = true;
      if (how === 'crash with state') await writeState(running.pid, path.join(directory.path, 'state'));
      await (how === 'in order' ? running.stop() : running.kill());
      await whileDown();
      running = await launch(options, directory.path, port);
      removed = removeWith(running);
      restarting = false;
    },
  };
}

const writtenWithinMs = 120_000;

async function writeState(pid: number, folder: string): Promise<void> {
  const mark = path.join(folder, 'written');
  const times = () =>
    readFile(mark, 'utf8').then(
      ({ length }) => length,
      () => 0,
    );
  const before = await times();
  process.kill(pid, 'SIGUSR1');
  const deadline = performance.now() + writtenWithinMs;
  while ((await times()) === before) {
    if (performance.now() > deadline) {
      throw new ProcessFailed(`the local AWS did not write its state within ${writtenWithinMs / 1000} s`, '');
    }
    await sleep(20);
  }
}

/** @throws {PortTaken} where something else listens on the port */
async function launch(options: EmulatorOptions, directory: string, port: number): Promise<RunningProcess> {
  // Comes back in the health answer: another emulator on the same port would be taken for this one.
  const nonce = `sluice-${process.pid}-${port}-${Math.random().toString(36).slice(2)}`;
  try {
    return await options.supervisor.start({
      name: 'the local AWS',
      command: python,
      args: [path.join(import.meta.dirname, 'launch.py')],
      cwd: directory,
      env: emulatorEnvironment({ ...options, directory, port, nonce }),
      ready: { url: `http://127.0.0.1:${port}/_ministack/health`, accepts: (body) => body.includes(nonce) },
      graceSeconds: 8,
      ...(options.logFile !== undefined && { logFile: options.logFile }),
    });
  } catch (error) {
    if (error instanceof ProcessFailed && /already in use/i.test(error.output)) {
      throw new PortTaken(`port ${port} is taken`, { cause: error });
    }
    throw error;
  }
}
