import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './error-code.ts';
import { type Output, readOutput, type Stream } from './output.ts';
import { type Readiness, untilReady } from './readiness.ts';

export interface ProcessOptions {
  /** What people call it: `emulator`, `fleet`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment; by default this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** By default a process is ready once it runs. */
  readonly ready?: Readiness;
  /** By default 20. */
  readonly readySeconds?: number;
  /** How long it may take to end after SIGTERM before SIGKILL; by default 3. */
  readonly graceSeconds?: number;
  /** File that gets both streams. */
  readonly logFile?: string;
  readonly onLine?: (line: string, stream: Stream) => void;
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** The line of stdout that said it was ready, if a line did. */
  readonly readyLine: string | undefined;
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<ProcessEnd>;
  /** Its last lines of output. */
  tail(): string;
  /** Ends it and all that it started: SIGTERM, after the grace SIGKILL. Does nothing where it has ended. */
  stop(): Promise<void>;
  /** Ends it and all that it started with SIGKILL, as a crash would. */
  kill(): Promise<void>;
}

/** A process could not be started, ended too early, or ended with an error; the message holds its last output. */
export class ProcessFailed extends Error {
  override readonly name = 'ProcessFailed';
  readonly output: string;

  constructor(message: string, output: string) {
    super(output === '' ? message : `${message}; its last output:\n${output}`);
    this.output = output;
  }
}

interface Spawned {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly pid: number;
  readonly output: Output;
  readonly ended: Promise<ProcessEnd>;
}

/**
 * Starts a process as the leader of a group of its own and waits until it is ready.
 * @param spawned called with the process as soon as it exists, before it is ready
 * @throws {ProcessFailed} where it ends or the time is over before; then nothing of it is left
 */
export async function startProcess(
  options: ProcessOptions,
  spawned: (process: RunningProcess) => void = () => undefined,
): Promise<RunningProcess> {
  const made = await spawnGroup(options);
  const running = control(options, made);
  spawned(running);
  if (options.ready === undefined) return running;
  try {
    return { ...running, readyLine: await readyInTime(options, options.ready, made) };
  } catch (error) {
    await running.stop();
    throw error;
  }
}

async function spawnGroup(options: ProcessOptions): Promise<Spawned> {
  const child = spawn(options.command, options.args, {
    detached: true,
    // Its standard input stays open as long as this process lives: a program that watches it ends when it closes.
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env !== undefined && { env: options.env }),
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => {
      reject(new ProcessFailed(`${options.name} could not be started (${error.message})`, ''));
    });
  });
  if (child.pid === undefined) throw new ProcessFailed(`${options.name} has no process id`, '');
  const output = readOutput(child);
  if (options.onLine !== undefined) output.onLine(options.onLine);
  if (options.logFile !== undefined) keepLog(options.logFile, output);
  // `close` comes after the last line of output, `exit` may come before it. A grandchild that holds the pipes open must not
  // keep the end from being seen, so a moment after `exit` is the end, too.
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
    child.once('exit', (code, signal) => {
      setTimeout(() => {
        resolve({ code, signal });
      }, 250);
    });
  });
  return { child, pid: child.pid, output, ended };
}

function keepLog(file: string, output: Output): void {
  const log = createWriteStream(file, { flags: 'a' });
  // A log that cannot be written must not end what it describes.
  log.on('error', () => undefined);
  output.onLine((line) => log.write(`${line}\n`));
}

function control(options: ProcessOptions, { child, pid, output, ended }: Spawned): RunningProcess {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const kill = async () => {
    // The id of a group that is over may be somebody else's by now.
    if (!over) signalGroup(pid, 'SIGKILL');
    await Promise.all([ended, untilGroupIsGone(pid)]);
  };
  return {
    name: options.name,
    pid,
    readyLine: undefined,
    ended,
    tail: () => output.tail(),
    kill,
    stop: async () => {
      if (!hasEnded()) {
        child.kill('SIGTERM');
        await Promise.race([ended, sleep((options.graceSeconds ?? 3) * 1000, undefined, { ref: false })]);
      }
      // The leader is gone or had its time; what it left behind goes with it.
      await kill();
    },
  };
}

async function readyInTime(options: ProcessOptions, ready: Readiness, made: Spawned): Promise<string | undefined> {
  const seconds = options.readySeconds ?? 20;
  const giveUp = new AbortController();
  const timer = setTimeout(() => {
    giveUp.abort(new ProcessFailed(`${options.name} was not ready after ${seconds} s`, made.output.tail()));
  }, seconds * 1000);
  void made.ended.then(({ code, signal }) => {
    const how = signal ?? `code ${String(code)}`;
    giveUp.abort(new ProcessFailed(`${options.name} ended with ${how} before it was ready`, made.output.tail()));
  });
  try {
    return await untilReady(ready, made.output, giveUp.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** SIGKILL takes a moment; not for ever, because in some containers nobody collects orphans that have ended. */
async function untilGroupIsGone(group: number): Promise<void> {
  for (let attempt = 0; attempt < 20 && groupExists(group); attempt += 1) await sleep(10);
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** Sends a signal to every process of a group; a group that has ended is fine. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // EPERM: on macOS the answer for a group of which only zombies are left.
    const code = errorCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
