import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onFreePort, PortTaken } from '../process/free-port.ts';
import { ProcessFailed } from '../process/supervised-process.ts';
import { createSupervisor, type Supervisor } from '../process/supervisor.ts';
import { give, type Program } from './programs.ts';

/** A certificate with its key, PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A real server on loopback, whose data goes with it. */
export interface DatabaseServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Where one server runs. */
export class Place {
  readonly folder: string;
  readonly #supervisor: Supervisor = createSupervisor();

  constructor(name: string) {
    this.folder = mkdtempSync(path.join(os.tmpdir(), `sluice-${name}-`));
    give(this.folder, 0o700);
  }

  /** Writes a file that the server may read, and nobody else; returns where it is. */
  file(name: string, content: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, content);
    give(file, 0o600);
    return file;
  }

  /** Runs a program to its end, with `input` as what it reads. */
  run(program: Program, args: readonly string[], input = ''): Promise<void> {
    return this.#supervisor.run(this.#options(program, args, input));
  }

  /** Starts a server on a free port, and waits until it says that it is ready. */
  async serve(program: Program, argsFor: (port: number) => readonly string[], line: RegExp): Promise<DatabaseServer> {
    const port = await onFreePort(async (free) => {
      const options = { ...this.#options(program, argsFor(free), ''), ready: { line }, readySeconds: 120 };
      await this.#supervisor.start(options).catch((error: unknown) => {
        if (error instanceof ProcessFailed && /already in use/i.test(error.output)) throw new PortTaken();
        throw error;
      });
      return free;
    });
    return { port, stop: () => this.stop() };
  }

  async stop(): Promise<void> {
    await this.#supervisor.stopAll();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** By a shell, which gives it its input and takes both of its streams for one. */
  #options({ command, args: before, env }: Program, args: readonly string[], input: string) {
    const from = this.file('input', input);
    return {
      name: path.basename(before.at(-1) ?? command),
      command: 'sh',
      args: ['-c', 'exec "$@" < "$0" 2>&1', from, command, ...before, ...args],
      cwd: this.folder,
      env,
    };
  }
}

/** Makes a server in a place of its own; of one that does not start nothing is left. */
export async function served(name: string, make: (place: Place) => Promise<DatabaseServer>): Promise<DatabaseServer> {
  const place = new Place(name);
  try {
    return await make(place);
  } catch (error) {
    await place.stop();
    throw error;
  }
}
