import { spawn, type ChildProcess } from 'node:child_process';
import net from 'node:net';
import type { Readable } from 'node:stream';

const guard = new URL('task-guard.mjs', import.meta.url).href;
const keptLines = 50;

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessSetting {
  readonly entrypoint: string;
  /** What the program gets as arguments, as an image's entrypoint gets its command. */
  readonly words?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  /** Folder where node keeps compiled programs: the second task of a version starts in half the time. */
  readonly compileCache: string;
  /** Told of each line that it writes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A task's program, running as a process of its own. */
export class TaskProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #onLine: (line: string) => void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<ProcessEnd>;

  constructor(setting: ProcessSetting) {
    this.port = setting.port;
    this.#onLine = setting.onLine ?? (() => undefined);
    const memory = ['--max-old-space-size=64', '--max-semi-space-size=2'];
    this.#child = spawn(
      process.execPath,
      [
        ...memory,
        '--disable-warning=ExperimentalWarning',
        '--import',
        guard,
        setting.entrypoint,
        ...(setting.words ?? []),
      ],
      {
        // Nothing of the fleet's own environment but what a process needs to run at all.
        env: {
          PATH: process.env['PATH'],
          NODE_COMPILE_CACHE: setting.compileCache,
          ...setting.env,
          PORT: String(setting.port),
        },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    this.#child.stdin?.on('error', () => undefined);
    this.#keep(this.#child.stdout);
    this.#keep(this.#child.stderr);
    this.ended = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => {
        resolve({ code, signal });
      });
      this.#child.on('error', (error) => {
        this.#lines.push(`cannot start: ${error.message}`);
        resolve({ code: 127, signal: null });
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last lines that it wrote. */
  lastLines(): readonly string[] {
    return this.#lines;
  }

  /** SIGTERM, and SIGKILL where that was not enough in time. */
  async stop(graceMs: number): Promise<ProcessEnd> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  #keep(stream: Readable | null): void {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = text.split('\n').filter((line) => line !== '');
      this.#lines.push(...lines);
      lines.forEach(this.#onLine);
      this.#lines.splice(0, this.#lines.length - keptLines);
    });
  }
}

const taken = new Set<number>();
const firstPort = 20_000;
const ports = 10_000;

/**
 * A port for a task. From below the range that the system gives to outgoing connections, so that none of those can take it between
 * this look and the task's own; kept back until `release`.
 */
export async function reservePort(): Promise<{ readonly port: number; readonly release: () => void }> {
  for (;;) {
    const port = firstPort + Math.floor(Math.random() * ports);
    if (taken.has(port)) continue;
    taken.add(port);
    const release = () => taken.delete(port);
    if (await isFree(port)) return { port, release };
    release();
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () =>
      server.close(() => {
        resolve(true);
      }),
    );
  });
}
