import path from 'node:path';
import type { Supervisor } from '../process/supervisor.ts';
import { type BuildFolder, makeBuildFolder } from './build-folder.ts';
import type { LocalAws } from './local-aws.ts';
import { projectRoot } from './project-root.ts';
import { localStage } from './stage.ts';

/** Deploys some stack to a local AWS; its output goes to a file in the folder. */
export type Deploy = (supervisor: Supervisor, aws: LocalAws, logFolder: string) => Promise<void>;

/** Deploys the stack in `serverless.yml` to the local AWS, with the same command as to a real one. */
export const deployStack: Deploy = async (supervisor, aws, logFolder) => {
  const folder = await makeBuildFolder();
  try {
    await deployFrom(folder, [], supervisor, aws, logFolder);
  } finally {
    await folder.remove();
  }
};

/** Runs `serverless deploy` for the local stage in a folder with a `serverless.yml`. */
export async function deployFrom(
  folder: Pick<BuildFolder, 'path' | 'environment'>,
  options: readonly string[],
  ...[supervisor, aws, logFolder]: Parameters<Deploy>
): Promise<void> {
  await supervisor.run({
    name: 'serverless deploy',
    command: process.execPath,
    args: [
      path.join(projectRoot, 'node_modules/serverless/bin/serverless.js'),
      ...['deploy', '--stage', localStage, '--region', aws.region, ...options],
    ],
    cwd: folder.path,
    env: {
      ...process.env,
      ...folder.environment,
      ...aws.environment,
      SLUICE_LOCAL_ENDPOINT: aws.emulator.endpoint,
      CI: '1',
    },
    logFile: path.join(logFolder, 'deploy.log'),
  });
}
