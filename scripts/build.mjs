#!/usr/bin/env node
// Builds what the published package has: the command line as plain JavaScript, without a dependency to install, the stack that it
// deploys, and the template of the data probe.
// `npm pack` and `npm publish` call it by themselves.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireNode24 } from './find-node24.mjs';
import { buildCommandLine } from './package/command-line.mjs';
import { dataProbe } from './package/data-probe.mjs';
import { writeNotices } from './package/notices.mjs';
import { setUp } from './setup/set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await setUp(root, []);
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
execFileSync(requireNode24(root), [path.join(root, 'local/release/main.ts'), path.join(root, 'dist', 'stack')], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const modules = await buildCommandLine(root);
const probe = await dataProbe(root);
writeFileSync(path.join(root, 'dist', 'data-probe.yml'), probe.template);
writeNotices(root, [...modules, ...probe.modules]);
// What `sluice init --ci` writes.
cpSync(path.join(root, 'examples', 'ci'), path.join(root, 'dist', 'ci'), { recursive: true });
