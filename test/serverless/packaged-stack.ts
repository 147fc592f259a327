import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { createSupervisor } from '../../local/process/supervisor.ts';

const root = path.resolve(import.meta.dirname, '../..');

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
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-package-'));
  const supervisor = createSupervisor();
  try {
    await supervisor.run({
      name: `serverless package for ${stage}`,
      command: process.execPath,
      args: [
        path.join(root, 'node_modules/serverless/bin/serverless.js'),
        'package',
        '--stage',
        stage,
        '--package',
        folder,
      ],
      cwd: root,
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_REGION: 'eu-west-1',
        CI: '1',
      },
    });
    const written = await readFile(path.join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    const zips = (await readdir(folder)).filter((name) => name.endsWith('.zip'));
    const sizes = zips.map(
      async (zip) => [path.basename(zip, '.zip'), (await stat(path.join(folder, zip))).size] as const,
    );
    return {
      resources: template.parse(JSON.parse(written)).Resources,
      zipBytes: Object.fromEntries(await Promise.all(sizes)),
    };
  } finally {
    await supervisor.stopAll();
    await rm(folder, { recursive: true });
  }
}
