import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LocalAws } from '../stack/local-aws.ts';
import { projectRoot } from '../stack/project-root.ts';
import { localStage } from '../stack/stage.ts';
import type { Drill } from './drill.ts';

const longestMs = 60_000;

/** Returns the command line beside a local stack, each call in a process of its own. */
export function sluiceBeside({ environment }: LocalAws, home: string): Drill['sluice'] {
  const env = { PATH: process.env['PATH'], HOME: home, ...environment, SLUICE_STAGE: localStage };
  return async (...args) => {
    const program = path.join(projectRoot, 'lib/cli/main.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env, timeout: longestMs });
    return stdout;
  };
}
