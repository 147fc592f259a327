import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../local/stack/project-root.ts';
import { localStage } from '../../local/stack/stage.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** How a command ended and what it said. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command line beside a deployed stack, with a folder of its own for the files of a test. */
export class CommandLine {
  readonly #deployed: DeployedStack;
  readonly folder: string;

  private constructor(deployed: DeployedStack, folder: string) {
    this.#deployed = deployed;
    this.folder = folder;
  }

  static async beside(deployed: DeployedStack): Promise<CommandLine> {
    return new CommandLine(deployed, await mkdtemp(path.join(tmpdir(), 'sluice-e2e-')));
  }

  /** The command as a person runs it, in a process of its own. */
  readonly sluice = (...args: readonly string[]): Promise<Ran> => {
    const { environment } = this.#deployed.stack.aws;
    const env = { PATH: process.env['PATH'], HOME: this.folder, ...environment, SLUICE_STAGE: localStage };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [path.join(projectRoot, 'lib/cli/main.ts'), ...args],
        { cwd: this.folder, env, timeout: 400_000 },
        (error, out, err) => {
          resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
        },
      );
    });
  };

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
