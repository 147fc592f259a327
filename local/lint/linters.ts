import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { projectRoot } from '../stack/project-root.ts';
import type { RolePolicy } from './role-policies.ts';

/** Something that a linter says about a role's policy. */
export interface PolicyFinding {
  readonly role: string;
  readonly title: string;
  /** The actions that it speaks of, in lower case. */
  readonly actions: readonly string[];
}

const python = path.join(projectRoot, '.sluice', 'linters', 'bin', 'python');
const milliseconds = 900_000;

/** What cfn-lint says of a template for the regions given, one finding a line; empty where it is clean. */
export async function lintTemplate(template: string, regions: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await run([
    '-c',
    'import sys; from cfnlint.runner import main; sys.exit(main())',
    '--format',
    'parseable',
    '--regions',
    ...regions,
    '--template',
    template,
  ]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (code !== 0 && lines.length === 0) throw new Error(`cfn-lint could not read the template: ${stderr}`);
  return lines.map((line) => line.replace(/^.*?\.(?:json|yml):/, ''));
}

const finding = z.object({
  title: z.string(),
  detail: z.unknown(),
  location: z.object({ filepath: z.string(), actions: z.array(z.string()).optional() }),
});
const named = z.array(z.union([z.string(), z.object({ action: z.string() })]));

/** What parliament, with the auditors of its community, says of the policies. */
export async function lintPolicies(policies: readonly RolePolicy[]): Promise<readonly PolicyFinding[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-policies-'));
  try {
    await Promise.all(
      policies.map(({ role, document }, index) =>
        writeFile(path.join(folder, `${role}.${index}.json`), JSON.stringify(document, null, 1)),
      ),
    );
    const options = ['--include_policy_extension', 'json', '--json', '--include-community-auditors'];
    const { stdout, stderr } = await run([
      '-c',
      'from parliament.cli import cli; cli()',
      '--directory',
      folder,
      ...options,
    ]);
    if (stderr.includes('Traceback')) throw new Error(`parliament could not read the policies: ${stderr}`);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => findingOf(finding.parse(JSON.parse(line))));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function findingOf({ title, detail, location }: z.output<typeof finding>): PolicyFinding {
  const parsed = named.safeParse(detail);
  const inText = typeof detail === 'string' ? /\b(?:for|Unknown) action (\S+)$/.exec(detail)?.slice(1) : undefined;
  const details = parsed.success
    ? parsed.data.map((each) => (typeof each === 'string' ? each : each.action))
    : (inText ?? []);
  const actions = [...new Set([...(location.actions ?? []), ...details].map((action) => action.toLowerCase()))];
  const [role = location.filepath] = path.basename(location.filepath).split('.');
  return { role, title, actions };
}

function run(args: readonly string[]): Promise<{ code: number | undefined; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      python,
      ['-I', ...args],
      { encoding: 'utf8', timeout: milliseconds, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else reject(new Error(`${args.join(' ').slice(0, 80)} did not run: ${error.message}`));
      },
    );
  });
}
