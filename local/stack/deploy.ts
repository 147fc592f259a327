import path from 'node:path';
import type { Supervisor } from '../process/supervisor.ts';
import { type LocalAws, projectRoot } from './local-aws.ts';
import { localStage } from './stage.ts';

/** Deploys the stack in `serverless.yml` to the local AWS, with the same command as to a real one. */
export async function deployStack(supervisor: Supervisor, aws: LocalAws, logFolder: string): Promise<void> {
  await supervisor.run({
    name: 'serverless deploy',
    command: process.execPath,
    args: [
      path.join(projectRoot, 'node_modules/serverless/bin/serverless.js'),
      'deploy',
      '--stage',
      localStage,
      '--region',
      aws.region,
    ],
    cwd: projectRoot,
    env: { ...process.env, ...aws.environment, SLS_TELEMETRY_DISABLED: '1', CI: '1' },
    logFile: path.join(logFolder, 'deploy.log'),
  });
}
