import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { projectRoot } from '../stack/project-root.ts';

const folder = path.join(projectRoot, 'examples', 'cdk');
const settings = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * The template that the CDK makes of the construct's example.
 * @param context what is set in place of what stands in its `cdk.json`
 * @throws Error where the CDK is not installed, or refuses the construct
 */
export async function synthesised(context: Readonly<Record<string, unknown>> = {}): Promise<string> {
  if (!existsSync(path.join(folder, 'node_modules', 'aws-cdk-lib')))
    throw new Error('the CDK is not installed: run `node scripts/setup.mjs --cdk`, then start again');
  const { context: example } = settings.parse(JSON.parse(await readFile(path.join(folder, 'cdk.json'), 'utf8')));
  const out = await mkdtemp(path.join(tmpdir(), 'sluice-cdk-'));
  try {
    const CDK_CONTEXT_JSON = JSON.stringify({ ...example, ...context });
    await promisify(execFile)(process.execPath, ['app.ts'], {
      cwd: folder,
      env: { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON },
    });
    const [file, ...others] = (await readdir(out)).filter((name) => name.endsWith('.template.json'));
    if (file === undefined || others.length > 0) throw new Error(`expected one template in ${out}`);
    return await readFile(path.join(out, file), 'utf8');
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
