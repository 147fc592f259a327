import path from 'node:path';
import type { Supervisor } from '../process/supervisor.ts';
import { makeBuildFolder } from './build-folder.ts';
import type { LocalAws } from './local-aws.ts';
import { projectRoot } from './project-root.ts';
import { localStage } from './stage.ts';

/** Deploys the stack in `serverless.yml` to the local AWS, with the same command as to a real one. */
export async function deployStack(supervisor: Supervisor, aws: LocalAws, logFolder: string): Promise<void> {
  const folder = await makeBuildFolder();
  try {
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
      cwd: folder.path,
      env: { ...process.env, ...aws.environment, SLUICE_LOCAL_ENDPOINT: aws.emulator.endpoint, CI: '1' },
      logFile: path.join(logFolder, 'deploy.log'),
    });
  } finally {
    await folder.remove();
  }
}
