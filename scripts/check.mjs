#!/usr/bin/env node
// `npm run check`: every static check, two at a time; each is run even where another one fails.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireNode24 } from './find-node24.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { setUp } from './setup/set-up.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const rooms = ['lib', 'functions', 'local', 'test', 'bench', 'examples'].filter((room) =>
  existsSync(path.join(root, room)),
);

/** The longest first, so that the short ones fill the second place. */
const checks = [
  ['lint', 'node_modules/.bin/eslint', '.'],
  ['stack', 'local/lint/main.ts'],
  ['types', 'node_modules/.bin/tsc', '--noEmit', '-p', '.'],
  ['cdk', 'node_modules/.bin/tsc', '--noEmit', '-p', 'examples/cdk'],
  ['format', 'node_modules/.bin/prettier', '--check', '--log-level', 'warn', '.'],
  ['rooms', 'node_modules/.bin/depcruise', '--config', '.dependency-cruiser.cjs', ...rooms],
  ['unused', 'node_modules/.bin/knip', '--no-progress'],
  ['machines', 'scripts/check-machines.mjs', 'statemachines'],
];

try {
  await setUp(root, ['linters', 'cdk']);
  const failed = await runAll(requireNode24(root));
  console.log(failed === 0 ? `All ${checks.length} checks passed.` : `${failed} of ${checks.length} checks failed.`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`sluice: ${error.message}\n`);
  process.exitCode = error.exitCode;
}

async function runAll(node) {
  const waiting = [...checks];
  let failed = 0;
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const [name, ...args] = check;
      const { seconds, passed, output } = await run(node, args);
      console.log(`${passed ? 'pass' : 'FAIL'}  ${name.padEnd(8)} ${seconds.toFixed(1).padStart(5)} s`);
      if (!passed) console.log(output.trimEnd().replaceAll(/^/gm, '      '));
      failed += passed ? 0 : 1;
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

function run(node, args) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const end = (passed) => resolve({ seconds: (performance.now() - started) / 1000, passed, output });
    child.once('error', (error) => {
      output += error.message;
      end(false);
    });
    child.once('close', (code, signal) => {
      if (signal !== null) output += `ended with ${signal}`;
      end(code === 0);
    });
  });
}
