import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { makeBuildFolder } from '../../local/stack/build-folder.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';

const resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
const template = z.object({ Resources: z.record(z.string(), resource) });
export type Resource = z.output<typeof resource>;

export interface PackagedStack {
  readonly resources: Readonly<Record<string, Resource>>;
  /** Bytes of each function's zip, by the function's name. */
  readonly zipBytes: Readonly<Record<string, number>>;
}

/** What `serverless package` makes of `serverless.yml` for a stage, offline. */
export async function packageStack(stage: string): Promise<PackagedStack> {
  const folder = await makeBuildFolder();
  const supervisor = createSupervisor();
  try {
    await supervisor.run({
      name: `serverless package for ${stage}`,
      command: process.execPath,
      args: [path.join(projectRoot, 'node_modules/serverless/bin/serverless.js'), 'package', '--stage', stage],
      cwd: folder.path,
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: 'eu-west-1',
        CI: '1',
      },
    });
    const output = path.join(folder.path, '.serverless');
    const written = await readFile(path.join(output, 'cloudformation-template-update-stack.json'), 'utf8');
    const zips = (await readdir(output)).filter((name) => name.endsWith('.zip'));
    const sizes = zips.map(
      async (zip) => [path.basename(zip, '.zip'), (await stat(path.join(output, zip))).size] as const,
    );
    return {
      resources: template.parse(JSON.parse(written)).Resources,
      zipBytes: Object.fromEntries(await Promise.all(sizes)),
    };
  } finally {
    await supervisor.stopAll();
    await folder.remove();
  }
}
