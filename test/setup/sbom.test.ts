import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { projectRoot } from '../../local/stack/project-root.ts';

const run = promisify(execFile);
const bill = z.object({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(z.object({ purl: z.string(), hashes: z.array(z.unknown()).optional() })),
});
const lockfile = z.object({
  packages: z.record(z.string(), z.object({ name: z.string().optional(), version: z.string().optional() })),
});

test('the bill of materials names every package of the lockfile, with its hash', async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'sbom'], { cwd: projectRoot, maxBuffer: 2 ** 26 });
  const { components } = bill.parse(JSON.parse(stdout));
  const { packages } = lockfile.parse(JSON.parse(await readFile(`${projectRoot}/package-lock.json`, 'utf8')));

  const locked = Object.entries(packages).flatMap(([where, { name, version }]) =>
    where === '' || version === undefined
      ? []
      : [`pkg:npm/${name ?? where.replace(/^.*node_modules\//, '')}@${version}`],
  );
  const named = components.map(({ purl }) => decodeURIComponent(purl));
  expect(new Set(named)).toEqual(new Set(locked));
  // The folder with the Node of the project is part of it.
  const unhashed = components.filter(({ hashes = [] }) => hashes.length === 0).map(({ purl }) => purl);
  expect(unhashed).toEqual(['pkg:npm/sluice-node24@1.0.0']);
});
