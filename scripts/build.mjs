#!/usr/bin/env node
// Builds what the published package runs: the command line as plain JavaScript, without a dependency to install.
// `npm pack` and `npm publish` call it by themselves.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildCommandLine } from './package/command-line.mjs';
import { writeNotices } from './package/notices.mjs';
import { setUp } from './setup/set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

await setUp(root, []);
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
const modules = await buildCommandLine(root);
writeNotices(root, modules);
